"""What links say that the reader can't see, or that are written in other letters."""

import pytest

from gateway.detect.hosts import read_target
from gateway.mail.message import Link
from tests.gateway.detect.letters import letter, names, verdict

TEXT = "<p>Minutes of the meeting, as promised, and the plan for the weeks ahead of us.</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div style='display:none'><a href='http://acme-login.test/'>x</a></div>",
        "<!--[if mso]><v:rect href='http://acme-login.test/'></v:rect><![endif]-->",
        "<svg><a xlink:href='http://acme-login.test/'><text>x</text></a></svg>",
        "<p>See http://acme-login.test/ for more.</p>",
        "<a href='//acme-login.test/x'>x</a>",
        "<a href='intent://acme-login.test/x#Intent;end'>x</a>",
    ],
)
def test_a_look_alike_is_found_wherever_its_link_stands(markup: str) -> None:
    found = verdict(letter("", html=TEXT + markup))
    assert "lookalike-link" in names(found)
    assert found.disposition == "MALICIOUS"


def test_a_host_in_honest_letters_is_no_finding_and_one_in_mixed_letters_is() -> None:
    assert names(verdict(letter("", html=TEXT + "<a href='https://köln.test/'>x</a>"))) == {"html-only"}
    mixed = verdict(letter("", html=TEXT + "<a href='https://ра\u0443news.test/'>x</a>"))
    assert "foreign-letters-host" in names(mixed)


def test_a_target_knows_both_spellings_of_its_host() -> None:
    target = read_target(Link("https://xn--kln-sna.test/a?b=1", "", "a"))
    assert (target.host, target.shown_host, target.domain) == ("xn--kln-sna.test", "köln.test", "xn--kln-sna.test")
    assert (target.path, target.query) == ("/a", "b=1")

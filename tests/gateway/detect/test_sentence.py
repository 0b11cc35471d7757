"""The one sentence on a verdict, and the facts that do not count towards it."""

import pytest

from gateway.detect.context import Context
from gateway.detect.kept_lists import kept_lines
from gateway.detect.threats import _BY_FINDING
from tests.gateway.detect.letters import CONTEXT, letter, verdict

LURE = (
    '<p>Verify your account within 24 hours or it will be suspended.</p><a href="https://id-check.web.app/">Verify</a>'
)


def test_it_says_what_it_is_by_the_strongest_evidence() -> None:
    found = verdict(letter("", html=LURE, sender="PayPal <info@flowers.test>"))
    assert found.disposition == "MALICIOUS"
    assert found.reasons[0] == (
        "Credential phishing that imitates PayPal: it presses the reader about an account, the sender calls itself by a"
        " brand's name and writes from elsewhere, and it is hardly more than a link."
    )


def test_it_says_what_spoke_against_it() -> None:
    results = "spf=pass smtp.mailfrom=info@flowers.test; dkim=pass header.d=flowers.test; dmarc=pass"
    found = verdict(letter("", html=LURE, sender="PayPal <info@flowers.test>", results=results))
    assert "; against it speaks that its sender's domain is authenticated, which anybody can" in found.reasons[0]
    known = Context(protected_domains=CONTEXT.protected_domains, is_known_thread=True)
    invoice = letter("See the file.", files=(("run.exe", b"MZ" + b"\0" * 200),))
    assert "against it speaks that it answers a message of your own people" in verdict(invoice, known).reasons[0]


def test_a_clean_message_has_no_sentence() -> None:
    assert verdict(letter("See you on Thursday.")).reasons == ()


def test_a_doubt_is_told_as_one() -> None:
    found = verdict(letter("Hi", sender="Anna Weber <anna@elsewhere.test>"))
    assert found.reasons[0] == (
        "Possibly mail in the name of one of your people: the sender's name is that of one of your people, and the"
        " address is not; against it speaks that it has no link and no file."
    )


def test_every_finding_has_words_for_the_sentence() -> None:
    worded = [line.partition(" | ")[0] for line in kept_lines("finding_words")]
    assert len(worded) == len(set(worded))
    assert set(_BY_FINDING) <= set(worded)


@pytest.mark.parametrize(
    ("text", "html", "fields", "insight"),
    [
        ("", LURE, {}, "Its first link leads to id-check[dot]web[dot]app, where anybody can put a page."),
        ("https://sender.test/a", "", {}, "Its first link leads to sender[dot]test, the sender's own domain."),
        ("Добрый день, высылаю документы", "", {}, "Much of its text is in Cyrillic letters."),
        ("Hi", "", {"List_Id": "<a.lists.test>"}, "It bears the fields of a mailing list."),
        (
            "Hi",
            "",
            {"Auto_Submitted": "auto-replied"},
            "It says that a program sent it (Auto-Submitted: auto-replied).",
        ),
        (
            "Hi",
            "",
            {"X_PHISHTEST": "yes"},
            "It bears the field x-phishtest of phishing simulations (KnowBe4), which anybody can write.",
        ),
    ],
)
def test_insights_are_told_and_do_not_count(text: str, html: str, fields: dict[str, str], insight: str) -> None:
    found = verdict(letter(text, html=html, **fields))
    assert insight in found.insights
    assert f"insight: {insight}" in found.trace
    assert not any(insight == finding.reason for finding in found.findings)

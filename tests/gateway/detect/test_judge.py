"""The verdict as a whole."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.detect import Context, Envelope, Finding, judge
from gateway.detect.verdict import BEC, MALICIOUS, SPAM, SPOOF, SUSPICIOUS
from gateway.detect.weigh import weigh
from gateway.mail.message import Attachment, Link, ParsedMessage
from gateway.mail.parser import parse
from tests.gateway.detect.letters import CONTEXT, letter, verdict
from tests.gateway.mail.hostile import HOSTILE

DISPOSITIONS = {"MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SPAM", "SUSPICIOUS", "BULK", "NONE"}
TEXT = st.text(max_size=120)


def finding(detection: str, score: float, name: str = "") -> Finding:
    return Finding(name or f"{detection} {score}", detection, score, f"{detection} {score}")


def test_an_ordinary_letter_is_clean() -> None:
    found = verdict(letter("Shall we meet on Thursday at ten? Kind regards, Sam"))
    assert found.disposition == "NONE"
    assert found.reasons == ()
    assert found.threat_categories == ()


def test_the_trace_names_each_step() -> None:
    found = verdict(letter("Hi", results="spf=pass smtp.mailfrom=sender.test; dkim=pass; dmarc=pass"))
    assert found.trace[0] == "authentication: spf=pass dkim=pass dmarc=pass"
    assert found.trace[-1] == "weights: none"


@pytest.mark.parametrize(
    ("findings", "disposition"),
    [
        ([], "NONE"),
        ([finding(SUSPICIOUS, 0.4)], "NONE"),
        ([finding(SUSPICIOUS, 0.4), finding(SUSPICIOUS, 0.3)], "SUSPICIOUS"),
        ([finding(SUSPICIOUS, 0.3, "same"), finding(SUSPICIOUS, 0.4, "same")], "NONE"),
        ([finding(MALICIOUS, 0.6), finding(SUSPICIOUS, 0.6)], "MALICIOUS"),
        ([finding(SUSPICIOUS, 0.6), finding(SUSPICIOUS, 0.65)], "SUSPICIOUS"),
        ([finding(SUSPICIOUS, 0.6), finding(SUSPICIOUS, 0.65), finding(SUSPICIOUS, 0.5)], "MALICIOUS"),
        ([finding(MALICIOUS, 0.85), finding(BEC, 0.9)], "MALICIOUS"),
        ([finding(MALICIOUS, 0.6), finding(SUSPICIOUS, 0.6), finding(BEC, 0.9)], "MALICIOUS-BEC"),
        ([finding(SPOOF, 0.9), finding(SPAM, 0.9)], "SPOOF"),
        ([finding(SPAM, 0.5), finding(SPAM, 0.45)], "SPAM"),
        ([finding(SPAM, 0.5)], "NONE"),
        ([finding(SPAM, 0.6), finding(SUSPICIOUS, 0.4)], "SPAM"),
        ([finding(SPAM, 0.6), finding(MALICIOUS, 0.5)], "MALICIOUS"),
        ([finding(SPAM, 0.6), finding(SPOOF, 0.5)], "SPOOF"),
        ([finding(SPAM, 0.6), finding(SUSPICIOUS, 0.4), finding(SUSPICIOUS, 0.35)], "MALICIOUS"),
    ],
)
def test_findings_add_up_to_a_disposition(findings: list[Finding], disposition: str) -> None:
    assert weigh(findings).disposition == disposition


def test_hiding_counts_towards_malice_only_beside_a_lure() -> None:
    hidden = finding(SPAM, 0.4, "ip-link")
    assert weigh([finding(MALICIOUS, 0.76), hidden]).disposition == "MALICIOUS"
    assert weigh([finding(SUSPICIOUS, 0.76), hidden]).disposition == "SPAM"
    assert weigh([finding(SUSPICIOUS, 0.5), hidden]).disposition == "SUSPICIOUS"


@pytest.mark.parametrize("build", HOSTILE, ids=lambda build: build.__name__)
def test_it_judges_hostile_messages_within_a_second(build: Callable[[], bytes]) -> None:
    message = parse(build())
    began = time.process_time()
    found = judge(message, Envelope(), CONTEXT)
    assert time.process_time() - began < 1
    assert found.disposition in DISPOSITIONS
    assert found.reasons or found.disposition in {"NONE"}


@st.composite
def odd_messages(draw: st.DrawFn) -> ParsedMessage:
    """Messages with arbitrary text in every field that a detector reads."""
    attachment = Attachment(
        name=draw(TEXT), declared_type="a/b", detected_type="text/html", size=1, md5="", sha1="", sha256="",
        content_id="", encrypted=draw(st.booleans()), inline=False, is_message=False, children=(draw(TEXT),),
        features=("script", "html"),
    )  # fmt: skip
    links = draw(st.lists(st.tuples(TEXT, TEXT), max_size=3))
    fields = ("subject", "from_address", "from_name", "reply_to", "text", "html", "html_text", "list_id", "precedence")
    return ParsedMessage(
        headers=((draw(TEXT), draw(TEXT)),),
        attachments=(attachment,),
        links=tuple(Link("http://" + href, text, "a") for href, text in links),
        **{name: draw(TEXT) for name in fields},
    )


@settings(max_examples=150)
@given(odd_messages(), TEXT, TEXT)
def test_it_judges_anything_and_gives_reasons(message: ParsedMessage, domain: str, name: str) -> None:
    context = Context(protected_domains=frozenset({domain}), impersonation_registry=((name, domain),))
    found = judge(message, Envelope(mail_from=name, client_ip=domain), context)
    assert found.disposition in DISPOSITIONS
    assert bool(found.reasons) == (found.disposition != "NONE")
    assert all(0 < entry.score <= 1 for entry in found.findings)


def test_reasons_are_defanged() -> None:
    html = '<p>Verify your account</p><a href="http://login.evil.test/">www.paypal.com</a>'
    reasons = " ".join(verdict(letter("", html=html)).reasons)
    assert "login[dot]evil[dot]test" in reasons
    assert "evil.test" not in reasons

"""What the model sees of a message, and what it never sees."""

import pytest

from gateway.detect import Context, Envelope, judge
from gateway.detect.evidence import Evidence
from gateway.learning.features import MOST_STRUCTURE, features, shape
from gateway.mail.parser import parse
from tests.gateway.mails import mail


def features_of(raw, recipients=("bo.lund@acme.example",)):
    message, envelope, context = parse(raw), Envelope("ann@partner.example", recipients), Context()
    found = features(Evidence(message, envelope, context), judge(message, envelope, context).findings)
    return {*found.words, *found.structure}


def test_words_of_subject_and_text_and_links_are_seen():
    found = features_of(mail(subject="Reset it", body="Open https://login.example.top/a/b?x=1 today"))
    assert {"subject:reset", "word:reset", "word:today", "link:tld=top", "link:other", "link:other path=2"} <= found


def test_recipients_ids_dates_and_header_fields_are_never_seen():
    extra = "X-Collected-By: honeypot\r\nReceived: from a (b [192.0.2.9]) by honeypot.example"
    one = features_of(mail(to="Bo Lund <bo.lund@acme.example>", body="Dear Bo Lund of acme, hello", extra=extra))
    other = features_of(
        mail(to="Cy Dee <cy.dee@other.example>", body="Dear Cy Dee of other, hello", message_id="<x@y.example>"),
        recipients=("cy.dee@other.example",),
    )
    assert one == other
    assert not any(word in feature for feature in one for word in ("honeypot", "acme", "lund", "2026"))


def test_an_address_is_seen_by_its_shape_alone():
    assert shape("anna.reed") == shape("carl.voss") == "word.word/middle"
    assert shape("x7f3k9q2p1") == "mixed/middle"
    found = features_of(mail(sender="Ann Reed <ann.reed@partner.example>"))
    assert "from:shape=word.word/middle" in found
    assert not any("partner" in feature for feature in found)


@pytest.mark.parametrize(
    "body",
    [
        "x" * 1_000_000,
        "word " * 200_000,
        " ".join(f"https://h{number}.example/{number}" for number in range(3_000)),
        "\u202e\u0000" * 1_000,
    ],
)
def test_hostile_texts_have_a_bounded_number_of_features(body):
    found = features_of(mail(body=body))
    assert len(found) <= MOST_STRUCTURE + 2 * 700
    assert max(map(len, found)) <= 100

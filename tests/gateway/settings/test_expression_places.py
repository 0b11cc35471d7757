"""Expressions of sender patterns are tried on five places, when mail arrives and when it is judged again."""

import pytest

from gateway.detect import Envelope
from gateway.importing.envelope import imported_envelope
from gateway.mail.parser import parse
from gateway.models import Message
from gateway.pipeline import accept
from gateway.rejudging.review import review_waiting
from tests.gateway.mails import GTUBE, mail
from tests.gateway.settings.test_allow_policies import SERVER, allow

IP = r"198\.51\.100\.\d+"
NAMED = r"mx\d+\.partner\.example"
PERSON = r"news[0-9]*@(lists\.)?partner\.example"
STRANGER = {
    "sender": "Ann <ann@stranger.example>",
    "mail_from": "bounce@stranger.example",
    "client_ip": "203.0.113.9",
    "helo": "out.stranger.example",
    "extra": "",
}

# Each row: the type of the pattern, the expression, what the message has of it, and whether the expression finds it.
PLACES = [
    ("EMAIL", PERSON, {"mail_from": "News7@partner.example"}, True),
    ("EMAIL", PERSON, {"sender": "News <news@LISTS.partner.example>"}, True),
    ("EMAIL", PERSON, {"extra": "Reply-To: News <news@partner.example>"}, True),
    ("EMAIL", NAMED, {"helo": "MX2.partner.example."}, True),
    ("DOMAIN", NAMED, {"helo": "mx2.partner.example"}, True),
    ("DOMAIN", r"(.+\.)?partner\.example", {"extra": "Reply-To: ann@a.partner.example"}, True),
    ("EMAIL", IP, {"client_ip": "198.51.100.7"}, True),
    ("IP", IP, {"client_ip": "198.51.100.7"}, True),
    # The whole value has to match, and nothing but the IP is one.
    ("EMAIL", "news", {"mail_from": "news@partner.example"}, False),
    ("EMAIL", r"partner\.example", {"mail_from": "news@partner.example"}, False),
    ("IP", r"198\.51\.100\..*", {"mail_from": "198.51.100.7@stranger.example"}, False),
    ("IP", IP, {"helo": "198.51.100.7"}, False),
    ("EMAIL", IP, {"helo": "[198.51.100.7]"}, False),
    ("EMAIL", r".*\.partner\.example", {"helo": "mx2.partner.example." + "x" * 300}, False),
]


def arrives(**parts) -> Message:
    """Take in spam of a stranger with these parts, as the intake does."""
    known = STRANGER | parts
    raw = mail(body=GTUBE, sender=known["sender"], extra=known["extra"])
    envelope = Envelope(known["mail_from"], ("bo@acme.example",), known["client_ip"], known["helo"])
    return accept(raw, envelope).message


@pytest.mark.parametrize(("kind", "pattern", "parts", "is_found"), PLACES)
def test_an_expression_is_tried_on_each_place_now_and_when_judged_again(client, kind, pattern, parts, is_found):
    before = arrives(**parts)
    assert before.final_disposition == "SPAM"
    allow(client, pattern, kind, regex=True, is_acceptable_sender=1)
    expected = "NONE" if is_found else "SPAM"
    assert arrives(**parts).final_disposition == expected
    client.investigate.reclassify.create(before.investigate_id, expected_disposition="NONE")
    assert review_waiting() == 1
    (again,) = client.submissions.list().items
    assert again.outcome_disposition == expected


def test_a_blocked_sender_is_looked_for_in_the_same_places(client):
    client.settings.block_senders.create(pattern=NAMED, pattern_type="DOMAIN", is_regex=True)
    message = arrives(helo="mx2.partner.example")
    assert message.final_disposition == "MALICIOUS"
    assert message.detection_reasons[0].startswith("The server's name mx2[dot]partner[dot]example is blocked")


@pytest.mark.parametrize(
    ("parts", "results", "is_honored"),
    [
        ({"extra": "Reply-To: news@partner.example"}, "dkim=pass header.d=stranger.example", False),
        ({"extra": "Reply-To: news@partner.example"}, "dkim=pass header.d=mail.partner.example", True),
        ({"helo": "mx2.partner.example"}, "spf=pass smtp.mailfrom=bounce@stranger.example", False),
        ({"helo": "mx2.partner.example"}, "spf=pass smtp.mailfrom=bounce@partner.example", True),
    ],
)
def test_a_verified_policy_wants_a_pass_for_the_domain_that_it_found(client, settings, parts, results, is_honored):
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = [SERVER]
    allow(client, f"({PERSON}|{NAMED})", "EMAIL", regex=True, is_trusted_sender=1, verify_sender=1)
    field = f"Authentication-Results: {SERVER}; {results}"
    extra = "\r\n".join(line for line in (field, parts.get("extra", "")) if line)
    assert arrives(**parts | {"extra": extra}).final_disposition == ("NONE" if is_honored else "SPAM")


def test_an_imported_message_tells_the_name_of_the_server_that_its_ip_belongs_to(client):
    allow(client, NAMED, "DOMAIN", regex=True, is_acceptable_sender=1)
    inside = "Received: from in.acme.example (in.acme.example [10.0.0.2]) by box.acme.example with LMTP; "
    outside = "Received: from mx2.partner.example (x.example [198.51.100.7]) by in.acme.example with ESMTP; "
    date = "Sun, 1 Mar 2026 09:30:00 +0000"
    raw = mail(body=GTUBE, sender="a@stranger.example", extra=f"{inside}{date}\r\n{outside}{date}")
    message = accept(raw, imported_envelope, imported=True).message
    assert message.final_disposition == "NONE"
    assert (message.smtp_helo_server_ip, message.smtp_helo_server_name) == ("198.51.100.7", "mx2.partner.example")
    assert parse(raw).smtp_helo_server_name == "mx2.partner.example"
    row = client.investigate.list(detections_only=False).items[0]
    assert row.smtp_helo_server_name == "mx2.partner.example"


def test_a_message_of_before_the_name_was_kept_is_judged_by_what_is_known(client):
    message = arrives(helo="mx2.partner.example", client_ip="198.51.100.7")
    Message.objects.using("gateway").filter(pk=message.pk).update(smtp_helo_server_name=None)
    assert client.investigate.get(message.investigate_id).smtp_helo_server_name is None
    allow(client, NAMED, "DOMAIN", regex=True, is_acceptable_sender=1)
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="NONE")
    review_waiting()
    assert client.submissions.list().items[0].outcome_disposition == "SPAM"
    allow(client, IP, "EMAIL", regex=True, is_acceptable_sender=1)
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="NONE")
    review_waiting()
    assert client.submissions.list().items[0].outcome_disposition == "NONE"

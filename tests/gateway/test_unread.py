"""What could not be read whole is never clean: it is said, held, and read again; and less reading improves nothing."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.mail import isolation, limits
from gateway.mail.isolation import ParserPool
from gateway.models import Delivery, Message, UnreadMessage
from gateway.rejudging.read_again import ATTEMPTS_AT_MOST, read_unread_again
from gateway.rejudging.review import review_waiting
from tests.gateway.mail.letters_with_files import LETTER, mixed
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.test_delivery import contents

TOO_LONG = "lunch " * (limits.TEXT_CHARACTERS // 6 + 10)


def unread(**parts) -> Message:
    """Take in a message whose end is beyond what is read."""
    return stored(mail(body=TOO_LONG, **parts))


def due() -> None:
    UnreadMessage.objects.using("gateway").update(try_after=timezone.now() - timedelta(seconds=1))


def statuses(message) -> list[str]:
    return list(Delivery.objects.using("gateway").filter(message=message).values_list("status", flat=True))


def test_a_message_that_could_not_be_read_whole_is_suspicious_held_and_says_why(mailboxes, client):
    message = unread()
    assert message.final_disposition == "SUSPICIOUS"
    assert message.is_quarantined
    assert contents(mailboxes) == []
    _sentence, reason = message.detection_reasons
    assert "could not be read whole" in reason
    assert "its end was not read" in reason
    lines = [line.message for line in client.investigate.trace.get(message.investigate_id).inbound.lines]
    assert any("held because it could not be read whole" in line for line in lines)
    assert UnreadMessage.objects.using("gateway").filter(message=message).exists()


def test_all_that_was_left_out_is_said_on_the_message(mailboxes, client):
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(120)
    )
    parts = (
        b"Content-Type: text/plain\r\n\r\n" + TOO_LONG.encode(),
        # Wherever it is cut, no word comes of it that is a finding by itself, as of three x.
        b"Content-Type: text/html\r\n\r\n" + b"<b>o</b>" * limits.HTML_NODES,
        nested,
    )
    fields = b"".join(b"X-%d: x\r\n" % number for number in range(2 * limits.HEADERS))
    message = stored(mixed(*parts, head=LETTER + fields))
    (finding,) = client.investigate.detections.get(message.investigate_id).findings
    assert "what was left out may be an attack" in finding.reason
    assert "more." in finding.reason
    said = f"{finding.reason} {finding.detail}"
    for sentence in (
        "Only the first 1,000 header fields were read.",
        "Parts nested deeper than 100 levels were not opened.",
        "The text body is longer than 1,000,000 characters: its end was not read.",
        "The HTML body",
    ):
        assert sentence in said


def test_an_ordinary_message_waits_for_no_further_reading(mailboxes):
    assert not stored().is_quarantined
    assert not UnreadMessage.objects.using("gateway").exists()


def test_a_setting_delivers_it_and_it_is_suspicious_all_the_same(mailboxes, settings):
    settings.GATEWAY_HOLD_UNREAD = False
    message = unread()
    assert message.final_disposition == "SUSPICIOUS"
    assert not message.is_quarantined
    assert len(contents(mailboxes)) == 1


def test_a_sender_that_is_exempt_from_everything_is_not_held_for_it(mailboxes, client):
    client.settings.allow_policies.create(
        pattern="partner.example",
        pattern_type="DOMAIN",
        is_regex=False,
        verify_sender=False,
        is_acceptable_sender=False,
        is_exempt_recipient=False,
        is_trusted_sender=True,
    )
    assert not unread().is_quarantined


def test_a_reading_that_is_as_incomplete_changes_nothing_and_there_is_an_end_of_tries(mailboxes):
    message = unread()
    for _ in range(ATTEMPTS_AT_MOST):
        due()
        assert read_unread_again() == 1
    row = UnreadMessage.objects.using("gateway").get(message=message)
    assert row.try_after is None
    assert read_unread_again() == 0
    assert statuses(message) == [Delivery.Status.QUARANTINED]


def test_it_is_not_read_again_before_its_time(mailboxes):
    unread()
    assert read_unread_again() == 0


@pytest.mark.parametrize(
    ("body", "disposition", "status"), [("Lunch?", "NONE", "delivered"), (GTUBE, "SPAM", "quarantined")]
)
def test_a_complete_reading_decides(mailboxes, too_slow, body, disposition, status):
    message = held_back(mail(body=body, subject="Read me"), too_slow)
    due()
    assert read_unread_again() == 1
    message.refresh_from_db(using="gateway")
    assert message.final_disposition == disposition
    assert statuses(message) == [status]
    assert not UnreadMessage.objects.using("gateway").exists()


@pytest.fixture
def too_slow():
    """While it is entered, the parser's child gets no time: it is only starting when its time is over."""

    @contextmanager
    def entered():
        pool, key = ParserPool(size=1, timeout=0.0), (os.getpid(), False)
        before = isolation._pools.get(key)
        isolation._pools[key] = pool
        try:
            yield
        finally:
            pool.close()
            isolation._pools.pop(key)
            if before is not None:
                isolation._pools[key] = before

    return entered


def held_back(raw: bytes, too_slow) -> Message:
    """Store a message that nobody could read in time."""
    with too_slow():
        message = stored(raw)
    assert message.is_quarantined
    assert message.final_disposition == "SUSPICIOUS"
    return message


def test_a_complete_reading_is_found_and_shown(mailboxes, client, too_slow):
    message = held_back(mail(body="The heron stands at https://pond.example/now", subject="Birds"), too_slow)
    due()
    read_unread_again()
    found = client.investigate.list(query="birds", detections_only=False).items
    assert [one.id for one in found] == [message.investigate_id]
    links = client.investigate.detections.get(message.investigate_id).links
    assert [link.href for link in links] == ["https://pond.example/now"]


def test_a_reclassification_on_an_incomplete_reading_releases_nothing(mailboxes, client, too_slow):
    message = held()
    assert message.final_disposition == "SPAM"
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="NONE")
    with too_slow():
        review_waiting()
    message.refresh_from_db(using="gateway")
    assert message.final_disposition == "SPAM"
    assert statuses(message) == [Delivery.Status.QUARANTINED]

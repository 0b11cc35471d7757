"""Digests are made when they are due, tell of each message once, and of nothing that is in it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.outbox.models import OutboxEntry
from investigate.digests.making import digests_make
from investigate.digests.models import Digest, HeldCopy, Person, Reading
from tests.investigate.digests.conftest import ANNA, mails, make, person, read, set_rule, spam

pytestmark = pytest.mark.django_db


def test_a_digest_tells_sender_subject_time_and_verdict(digests):
    digests.add(spam(1, subject="Cheap watches", scanned_at=datetime.now(UTC) - timedelta(minutes=3)))
    read()
    assert make() == 1
    (mail,) = mails()
    assert mail["subject"] == "1 message was held for you"
    for part in (mail["text"], mail["html"]):
        assert "Cheap watches" in part
        assert "sender1@other.example" in part
        assert "unwanted advertising" in part
        assert "/held/ask/" in part
        assert HeldCopy.objects.get().reference in part


def test_each_message_is_told_of_once(digests):
    digests.add(spam(1))
    read()
    assert make() == 1
    read()
    assert make() == 0
    digests.add(spam(2))
    read()
    assert make() == 1
    assert ["Subject 1" in mails()[1]["text"], "Subject 2" in mails()[1]["text"]] == [False, True]


def test_verdicts_that_the_team_left_out_are_not_told_of(digests):
    digests.add(spam(1), spam(2, final_disposition="MALICIOUS"), spam(3, final_disposition="MALICIOUS-BEC"))
    read()
    make()
    (mail,) = mails()
    assert mail["subject"] == "1 message was held for you"
    set_rule("team.example", dispositions=["MALICIOUS"])
    make()
    told = mails()[1]
    assert told["subject"] == "2 messages were held for you"
    assert "/held/ask/" not in told["text"]
    assert "can't be asked for" in told["text"]


def test_malicious_mail_has_a_link_only_if_the_team_says_so(digests):
    set_rule("team.example", dispositions=["MALICIOUS"], may_ask_malicious=True)
    digests.add(spam(1, final_disposition="MALICIOUS"))
    read()
    make()
    assert "/held/ask/" in mails()[0]["text"]


def test_a_person_gets_german_and_their_own_time(digests):
    set_rule("team.example", language="de", time_zone="Europe/Berlin")
    digests.add(spam(1, scanned_at=(datetime.now(UTC) - timedelta(days=1)).replace(hour=3, minute=7)))
    read()
    make()
    (mail,) = mails()
    assert mail["subject"] == "1 Nachricht wurde für Sie zurückgehalten"
    assert ":07 CET" in mail["text"] or ":07 CEST" in mail["text"]
    assert "unerwünschte Werbung" in mail["html"]


def test_a_daily_digest_waits_for_its_hour(digests):
    set_rule("team.example", frequency="daily", hour=(timezone.now().hour + 2) % 24)
    digests.add(spam(1))
    read()
    assert make() == 0
    planned = person()
    assert planned.is_planned
    assert timedelta(hours=1) <= planned.next_at - timezone.now() <= timedelta(hours=2)
    Person.objects.update(next_at=timezone.now())
    assert make() == 1


def test_never_means_never_also_by_the_persons_own_choice(digests):
    digests.add(spam(1))
    read()
    Person.objects.update(frequency="never")
    assert make() == 0
    assert person().next_at is None


def test_a_rule_that_is_changed_holds_at_once_for_who_waits(digests):
    set_rule("team.example", frequency="daily", hour=(timezone.now().hour + 2) % 24)
    digests.add(spam(1))
    read()
    make()
    set_rule("team.example")
    assert make() == 1


def test_a_flood_of_mail_is_no_flood_of_digests(digests):
    digests.add(spam(1))
    read()
    make()
    digests.add(spam(2), spam(3))
    read()
    Reading.objects.update(making_until=None)
    assert digests_make() == 0
    assert timedelta(minutes=9) < person().next_at - timezone.now() <= timedelta(minutes=10)
    Person.objects.update(next_at=timezone.now())
    assert digests_make() == 1
    assert mails()[1]["subject"] == "2 messages were held for you"


def test_without_a_mail_server_nothing_is_marked_as_told(digests, settings):
    settings.GATEHOUSE_SENDS_MAIL = False
    digests.add(spam(1))
    read()
    assert make() == 0
    assert HeldCopy.objects.get().digest is None


def test_long_lists_are_cut_and_lead_to_the_list(digests):
    digests.add(*(spam(number) for number in range(1, 46)))
    read()
    make()
    (mail,) = mails()
    assert mail["subject"] == "45 messages were held for you"
    assert mail["text"].count("/held/ask/") == 30
    assert "And 15 more." in mail["text"]
    assert not HeldCopy.objects.filter(digest=None).exists()


def test_hostile_columns_do_no_harm(digests):
    digests.add(
        spam(
            1,
            subject="Win\u202egpj.exe\r\nBcc: eve@elsewhere.example\r\n<script>alert(1)</script> http://evil.example/x",
            **{"from": "a@evil.example", "from_name": "Bank\r\nX: y <b>www.evil.example</b>\u200b"},
        )
    )
    read()
    make()
    (mail,) = mails()
    assert "\n" not in mail["subject"]
    assert "\u202e" not in mail["text"] + mail["html"]
    assert "<script" not in mail["html"]
    assert "\nBcc:" not in mail["text"]
    assert "http://evil.example" not in mail["text"] + mail["html"]
    assert "www.evil.example" not in mail["text"] + mail["html"]
    assert "U+202E" in mail["text"]


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


def test_killed_anywhere_nothing_is_lost_and_nothing_is_told_twice(digests):
    digests.add(*(spam(number, (f"p{number % 7}@team.example",)) for number in range(1, 22)))
    read()
    for number in range(1, 60):
        left = [number]

        def dies(execute, sql, params, many, context, left=left):
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return execute(sql, params, many, context)

        with connection.execute_wrapper(dies):
            try:
                make()
            except Killed:
                continue
        break
    make()
    assert OutboxEntry.objects.filter(key__startswith="digest:").count() == 7
    assert Digest.objects.count() == 7
    told = "".join(row.payload["text"] for row in OutboxEntry.objects.all())
    assert [told.count(f"Subject {number}\n") for number in range(1, 22)] == [1] * 21
    assert ANNA not in told

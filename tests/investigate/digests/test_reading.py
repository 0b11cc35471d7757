"""Held mail is read into rows: whose it is, what is not held any more, and what could not be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from investigate.digests.models import DigestRule, HeldCopy, Person, Reading
from investigate.digests.selectors import reading_state
from tests.investigate.digests.conftest import ANNA, read, set_rule, spam
from tests.investigate.fake_api import message, refusal

pytestmark = pytest.mark.django_db


def test_only_people_of_protected_domains_with_digests_on_are_known(digests):
    digests.add(spam(1, (ANNA, "bo@quiet.example", "eve@elsewhere.example")), message(2))
    read()
    assert list(Person.objects.values_list("address", flat=True)) == [ANNA]
    copy = HeldCopy.objects.get()
    assert (copy.sender, copy.subject, copy.disposition) == ("sender1@other.example", "Subject 1", "SPAM")
    assert copy.recipients == 3


def test_without_a_rule_that_is_on_the_api_is_not_asked(digests):
    DigestRule.objects.all().delete()
    digests.requests.clear()
    read()
    assert digests.requests == []


def test_the_rule_of_all_others_holds_for_protected_domains_alone(digests):
    set_rule("*")
    digests.add(spam(1, ("bo@quiet.example", "eve@elsewhere.example")))
    read()
    assert list(Person.objects.values_list("address", flat=True)) == ["bo@quiet.example"]


@pytest.mark.parametrize(
    "recipient",
    [
        "anna@team.example\r\nBcc: eve@elsewhere.example",
        '"a b"@team.example',
        "anna@team.example@team.example",
        "\u202eanna@team.example",
        "a" * 300 + "@team.example",
        "team.example",
    ],
)
def test_a_recipient_that_is_no_plain_address_gets_no_mail(digests, recipient):
    digests.add(spam(1, (recipient,)))
    read()
    assert not Person.objects.exists()


def test_a_digest_that_is_held_itself_is_told_of_in_no_digest(digests):
    digests.add(spam(1, **{"from": "gatehouse@localhost"}))
    read()
    assert not HeldCopy.objects.exists()


def test_reading_twice_changes_nothing(digests):
    digests.add(spam(1), spam(2))
    read()
    before = list(HeldCopy.objects.values_list("pk", "subject"))
    read()
    assert list(HeldCopy.objects.values_list("pk", "subject")) == before


def test_what_all_of_held_mail_does_not_show_is_not_held_any_more(digests):
    digests.add(spam(1), spam(2))
    read(whole=True)
    digests.messages[0] |= {"is_quarantined": False, "delivery_status": ["delivered"]}
    HeldCopy.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    read(whole=True)
    assert sorted(HeldCopy.objects.values_list("subject", "is_held")) == [("Subject 1", False), ("Subject 2", True)]


def test_a_thousand_held_messages_cost_less_than_one_call(digests):
    digests.add(*(spam(number, scanned_at=timezone.now() - timedelta(seconds=number)) for number in range(1, 4001)))
    digests.requests.clear()
    read(whole=True)
    assert HeldCopy.objects.count() == 4000
    searches = [one for one in digests.requests if one.url.path.endswith("/investigate")]
    assert 2 <= len(searches) <= 4


def test_what_could_not_be_read_is_said(digests, browse):
    digests.add(spam(1))
    read()
    digests.broken["GET "] = refusal(400, "The search is broken.")
    read()
    assert "broken" in reading_state().error
    digests.broken["GET settings"] = refusal(403, "No right to domains.")
    read()
    assert Reading.objects.get().domains == ["quiet.example", "team.example"]
    page = browse("policy_admin").get("/digests/").content.decode()
    assert "The last try failed" in page
    assert "No right to domains" in page
    assert HeldCopy.objects.get().is_held

"""Recipients ask by a link: opening it changes nothing, and only the mailbox's owner can ask."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.outbox.models import OutboxEntry
from investigate.digests.models import DigestRule, HeldCopy, Person
from investigate.release_requests.models import ReleaseRequest
from investigate.release_requests.settling import requests_keep
from tests.investigate.digests.conftest import ANNA, read, spam
from tests.investigate.release_requests.conftest import ask, asked, confirm_link, link, subjects

pytestmark = pytest.mark.django_db


def state() -> str:
    return ReleaseRequest.objects.latest("id").state


def test_opening_links_changes_nothing(told):
    ask()
    before = (ReleaseRequest.objects.count(), OutboxEntry.objects.count(), AuditEntry.objects.count())
    browser = Client()
    for _ in range(3):
        for path in (link(), confirm_link()):
            assert browser.get(path).status_code == 200
            assert browser.head(path).status_code == 200
    assert (ReleaseRequest.objects.count(), OutboxEntry.objects.count(), AuditEntry.objects.count()) == before
    assert state() == "opened"


def test_asking_takes_a_form_of_the_page(told):
    browser = Client(enforce_csrf_checks=True)
    browser.get(link())
    assert browser.post(link(), {"kind": "release"}).status_code == 403
    assert not ReleaseRequest.objects.exists()


def test_what_was_asked_waits_until_the_mailbox_confirms(told):
    browser = ask()
    assert state() == "opened"
    assert subjects() == ["Confirm that you asked"]
    assert "A mail with a link" in browser.get(link()).content.decode()
    browser.post(confirm_link())
    assert state() == "waiting"
    assert subjects() == ["Confirm that you asked", "Your request was received"]
    actions = list(AuditEntry.objects.filter(action__startswith="request").values_list("action", "username"))
    assert set(actions) == {("request_open", f"recipient: {ANNA}"), ("request_confirm", f"recipient: {ANNA}")}


def test_a_colleague_with_the_forwarded_digest_asks_for_nothing(told, browse):
    colleague = ask()
    for _ in range(3):
        ask(colleague)
    page = colleague.get(link()).content.decode()
    assert ANNA in page
    assert subjects() == ["Confirm that you asked"]
    assert set(OutboxEntry.objects.values_list("destination", flat=True)) == {ANNA}
    assert "Nothing waits" in browse("analyst").get("/requests/").content.decode()
    ReleaseRequest.objects.update(expires_at=timezone.now())
    requests_keep()
    assert state() == "expired"
    assert subjects() == ["Confirm that you asked"]


def test_a_browser_that_confirmed_once_is_not_asked_again_for_this_person_alone(told):
    told.add(spam(2), spam(3, ("bo@team.example",)))
    read()
    browser = ask()
    browser.post(confirm_link())
    ask(browser, number=2)
    assert state() == "waiting"
    ask(browser, number=3, address="bo@team.example")
    assert state() == "opened"
    assert subjects("bo@team.example") == ["Confirm that you asked"]


def test_a_cookie_that_was_made_up_confirms_nothing(told):
    browser = Client()
    browser.cookies["gatehouse_recipient"] = f"[{Person.objects.get().pk}]"
    ask(browser)
    assert state() == "opened"


def test_the_page_shows_no_content_and_who_it_is_for(told):
    page = Client().get(link()).content.decode()
    assert "Subject 1" in page
    assert f"This page is for <strong>{ANNA}</strong>" in page
    assert not [one for one in told.requests if "/raw" in one.url.path or "/preview" in one.url.path]


def test_malicious_mail_cant_be_asked_for_unless_the_team_says_so(told):
    HeldCopy.objects.update(disposition="MALICIOUS")
    ask()
    assert not ReleaseRequest.objects.exists()
    DigestRule.objects.update(may_ask_malicious=True)
    ask()
    assert state() == "opened"
    DigestRule.objects.update(may_ask_malicious=False)
    assert Client().post(confirm_link()).status_code == 409
    assert state() == "opened"


def test_what_is_not_held_any_more_cant_be_asked_for(told):
    HeldCopy.objects.update(is_held=False)
    assert "not held any more" in Client().get(link()).content.decode()
    ask()
    assert not ReleaseRequest.objects.exists()


def test_asking_twice_joins(told):
    asked()
    ask()
    assert ReleaseRequest.objects.count() == 1
    assert ReleaseRequest.objects.get().asked == 2
    assert subjects() == ["Confirm that you asked", "Your request was received"]


def test_requests_of_a_day_are_bounded(told, settings):
    settings.GATEHOUSE_REQUESTS_PER_DAY = 1
    told.add(spam(2))
    read()
    ask()
    answer = Client().post(link(2), {"kind": "release"})
    assert answer.status_code == 429
    assert ReleaseRequest.objects.count() == 1


def test_a_link_works_from_an_older_digest_and_ends(told, settings):
    path = link()
    HeldCopy.objects.update(seen_at=timezone.now() - timedelta(days=20))
    assert Client().get(path).status_code == 200
    settings.GATEHOUSE_DIGEST_DAYS = 0
    answer = Client().get(path)
    assert answer.status_code == 410
    assert "This link opens nothing" in answer.content.decode()


@pytest.mark.parametrize("kind", ["", "purge", "RELEASE"])
def test_what_nobody_offers_is_not_asked(told, kind):
    assert Client().post(link(), {"kind": kind}).status_code == 422
    assert not ReleaseRequest.objects.exists()

"""Sessions: how long they last, what is stored of them, and how people end their own."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.people.models import PersonSession
from dashboard.people.services import people_ensure
from dashboard.people.session_store import TOUCH_SECONDS, digest_of
from tests.investigate.console import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return people_ensure(username="anna", password=PASSWORD, role="analyst")[0]


def signed_in(program="Firefox", address="198.51.100.7") -> Client:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=program)
    assert client.post("/accounts/login/", {"login": "anna", "password": PASSWORD}).status_code == 302
    return client


def is_open(client) -> bool:
    return client.get("/account/").status_code == 200


def shift(**changes):
    PersonSession.objects.update(**{name: timezone.now() - by for name, by in changes.items()})


def test_the_key_of_a_session_is_nowhere_in_the_database(anna):
    client = signed_in()
    key = client.cookies["gatehouse_session"].value
    (row,) = PersonSession.objects.all()
    assert row.key_digest == digest_of(key)
    assert key not in str([getattr(row, field.attname) for field in row._meta.fields])
    assert not Session.objects.exists()
    thief = Client()
    thief.cookies["gatehouse_session"] = row.key_digest
    assert not is_open(thief)


def test_a_session_ends_when_it_is_not_used(anna, settings):
    client = signed_in()
    shift(last_used_at=timedelta(seconds=settings.SESSION_IDLE_SECONDS - 5))
    assert is_open(client)
    shift(last_used_at=timedelta(seconds=settings.SESSION_IDLE_SECONDS + 5))
    assert not is_open(client)


def test_use_keeps_a_session_and_what_a_page_asks_by_itself_does_not(anna):
    client = signed_in()
    long_ago = timedelta(seconds=TOUCH_SECONDS + 5)
    shift(last_used_at=long_ago)
    before = PersonSession.objects.get().last_used_at
    client.get("/jobs/running/")
    assert PersonSession.objects.get().last_used_at == before
    assert is_open(client)
    assert PersonSession.objects.get().last_used_at > before


def test_a_session_ends_at_its_age_however_much_it_is_used(anna, settings):
    client = signed_in()
    age = PersonSession.objects.get().expires_at - PersonSession.objects.get().created_at
    assert age == timedelta(seconds=settings.SESSION_COOKIE_AGE)
    client.post("/account/display/", {"zone": "UTC", "density": "dense"})  # It saves the session.
    assert PersonSession.objects.get().expires_at - PersonSession.objects.get().created_at == age
    shift(expires_at=timedelta(seconds=1))
    assert not is_open(client)


def test_what_has_ended_is_deleted(anna, settings):
    signed_in()
    open_one = signed_in()
    first = PersonSession.objects.order_by("id")[0]
    PersonSession.objects.filter(pk=first.pk).update(
        last_used_at=timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS + 5)
    )
    call_command("clearsessions")
    assert list(PersonSession.objects.values_list("key_digest", flat=True)) == [
        digest_of(open_one.cookies["gatehouse_session"].value)
    ]


def test_a_session_that_was_ended_does_not_come_back(anna):
    client = signed_in()
    session = client.session
    PersonSession.objects.all().delete()
    assert not is_open(client)
    assert session.session_key
    assert not PersonSession.objects.filter(user=anna).exists()


def test_people_see_where_they_are_signed_in_and_end_one_or_all_others(anna):
    here, phone, library = signed_in(), signed_in("Phone <b>", "203.0.113.5"), signed_in("Library", "203.0.113.9")
    page = here.get("/account/sessions/").content.decode()
    assert "Phone &lt;b&gt;" in page
    assert "203.0.113.9" in page
    assert page.count("this one") == 1
    row = PersonSession.objects.get(program="Library")
    here.post(f"/account/sessions/{row.pk}/end/")
    assert [is_open(client) for client in (here, phone, library)] == [True, True, False]
    here.post("/account/sessions/end/")
    assert [is_open(client) for client in (here, phone, library)] == [True, False, False]
    assert [row.detail for row in AuditEntry.objects.filter(action="session_end")] == [{"sessions": 1}] * 2


def test_nobody_ends_a_session_of_somebody_else(anna):
    hers = signed_in()
    people_ensure(username="bo", password=PASSWORD, role="admin")
    client = Client()
    client.post("/accounts/login/", {"login": "bo", "password": PASSWORD})
    client.post(f"/account/sessions/{PersonSession.objects.get(user=anna).pk}/end/")
    client.post("/account/sessions/end/")
    assert is_open(hers)
    assert "Firefox" not in client.get("/account/sessions/").content.decode()

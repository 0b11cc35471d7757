"""The audit trail: it only grows, and it is read by key."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, actor_of
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record

ANNA = Actor(user_id=None, username="anna", role="analyst", ip="192.0.2.1")


def entry(action: AuditAction = AuditAction.RAW_VIEW, outcome: Outcome = Outcome.DONE, **more) -> AuditEntry:
    return record(actor=ANNA, action=action, outcome=outcome, object_kind="message", **{"object_id": "m1", **more})


def test_an_entry_says_who_what_where_and_on_which_backend(api, db, settings):
    made = entry(detail={"bytes": 4})
    made.refresh_from_db()
    assert (made.username, made.role, made.ip) == ("anna", "analyst", "192.0.2.1")
    assert (made.action, made.object_kind, made.object_id, made.outcome) == ("raw_view", "message", "m1", "done")
    assert made.account_id == settings.CLOUDFLARE_ACCOUNT_ID
    before = made.backend
    settings.CLOUDFLARE_BASE_URL = "https://other.example/client/v4"
    assert entry().backend != before


def test_an_entry_is_never_changed_or_deleted(api, db):
    made = entry()
    made.username = "eve"
    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(TypeError):
        made.delete()
    assert AuditEntry.objects.get().username == "anna"


def test_an_attempt_gets_its_outcome_once(api, db):
    made = entry(outcome=Outcome.ATTEMPTED, detail={"asked": "SPAM"})
    close(made, Outcome.DONE, detail={"seen": True})
    close(made, Outcome.FAILED)
    made.refresh_from_db()
    assert (made.outcome, made.detail) == ("attempted", {"asked": "SPAM"})
    assert (made.final_outcome, made.final_detail) == ("done", {"asked": "SPAM", "seen": True})
    assert AuditEntry.objects.filter(follows=made.pk).count() == 1


def test_the_trail_outlives_the_person(browse, api):
    client = browse("reviewer")
    client.get("/audit/")
    refused = AuditEntry.objects.get(action="refused")
    User.objects.get(username="a-reviewer").delete()
    refused.refresh_from_db()
    assert refused.username == "a-reviewer"


@pytest.mark.parametrize(
    ("remote", "ip"), [("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"), ("", None), ("nonsense", None)]
)
def test_the_address_is_one_or_nothing(remote, ip):
    assert actor_of(RequestFactory().get("/", REMOTE_ADDR=remote)).ip == ip


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.9"})
    assert actor_of(request).ip == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert actor_of(request).ip == "192.0.2.9"


def rows(response) -> list[str]:
    return [str(found.object_id) for found in response.context["page"].entries]


def test_the_page_shows_the_newest_first_and_pages_by_key_in_both_directions(browse, api):
    client = browse("admin")
    for number in range(120):
        entry(object_id=f"m{number}")
    first = client.get("/audit/?action=raw_view")
    assert rows(first) == [f"m{number}" for number in range(119, 69, -1)]
    assert not first.context["newer_url"]
    second = client.get("/audit/" + first.context["older_url"])
    assert rows(second) == [f"m{number}" for number in range(69, 19, -1)]
    third = client.get("/audit/" + second.context["older_url"])
    assert rows(third) == [f"m{number}" for number in range(19, -1, -1)]
    assert not third.context["older_url"]
    back = client.get("/audit/" + third.context["newer_url"])
    assert rows(back) == rows(second)


def test_the_page_counts_nothing_and_skips_nothing(browse, api):
    client = browse("admin")
    for number in range(60):
        entry(object_id=f"m{number}")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/audit/?before=40&action=raw_view")
    about = [query["sql"] for query in queries if "dashboard_auditentry" in query["sql"]]
    assert len(about) == 1
    assert "COUNT(" not in about[0].upper()
    assert "OFFSET" not in about[0].upper()


def test_filters_narrow_and_stay_while_paging(browse, api):
    client = browse("admin")
    entry(object_id="other", action=AuditAction.RECLASSIFY, outcome=Outcome.FAILED)
    for number in range(60):
        entry(object_id=f"m{number}")
    page = client.get("/audit/?action=reclassify&outcome=failed&person=anna&object_id=other&from_day=2020-01-01")
    assert rows(page) == ["other"]
    assert rows(client.get("/audit/?person=nobody")) == []
    assert rows(client.get("/audit/?to_day=2020-01-01")) == []
    assert "action=raw_view" in client.get("/audit/?action=raw_view").context["older_url"]


def test_a_filter_that_makes_no_sense_is_told(browse, api):
    response = browse("admin").get("/audit/?from_day=yesterday")
    assert response.status_code == 422
    assert "Enter a valid date." in response.content.decode()


def test_what_somebody_typed_is_text(browse, api):
    client = browse("admin")
    record(
        actor=Actor(None, "<b>eve</b>", "", None),
        action="<i>new</i>",
        outcome=Outcome.DONE,
        object_kind="message",
        object_id="../<u>x</u>",
        detail={"<s>k</s>": "<s>v</s>"},
    )
    page = client.get("/audit/").content.decode()
    for markup in ("<b>eve", "<i>new", "<u>x", "<s>k", "<s>v"):
        assert markup not in page

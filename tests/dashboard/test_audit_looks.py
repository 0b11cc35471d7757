"""Looks and searches are on record with who, from where, with what and by which request."""

import json

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from tests.investigate.fake_api import held

AGENT = {"HTTP_USER_AGENT": "Browser/1.0\x1b[31m"}


@pytest.fixture
def letter(api):
    made = held(1)
    api.add(made)
    return made


def looks(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


@pytest.mark.parametrize("tab", ["headers", "links", "attachments", "trace", "detections"])
def test_each_tab_with_content_is_a_look(analyst, letter, tab):
    response = analyst.get(f"/investigate/messages/{letter['id']}/{tab}/", **AGENT)
    (seen,) = looks(f"{tab}_view")
    assert (seen.username, seen.ip, seen.user_agent) == ("a-analyst", "127.0.0.1", "Browser/1.0[31m")
    assert seen.object_id == letter["id"]
    assert seen.request_id == response["X-Request-ID"]
    assert len(seen.request_id) == 32
    assert seen.outcome == ("done" if response.status_code == 200 else "failed")


def test_the_same_look_soon_again_is_no_entry_and_another_persons_is(analyst, browse, letter):
    address = f"/investigate/messages/{letter['id']}/links/"
    for _ in range(3):
        analyst.get(address)
    assert len(looks("links_view")) == 1
    analyst.get(address, REMOTE_ADDR="192.0.2.77")
    analyst.get(address, **AGENT)
    browse("admin").get(address)
    assert len(looks("links_view")) == 4


def test_a_look_that_cant_be_recorded_shows_nothing(analyst, letter, monkeypatch):
    analyst.raise_request_exception = False
    monkeypatch.setattr(AuditEntry, "save", lambda *_args, **_more: 1 / 0)
    response = analyst.get(f"/investigate/messages/{letter['id']}/links/")
    assert response.status_code == 500


def test_the_summary_and_the_activity_are_no_looks(analyst, letter):
    before = AuditEntry.objects.count()
    analyst.get(f"/investigate/messages/{letter['id']}/")
    analyst.get(f"/investigate/messages/{letter['id']}/activity/")
    assert AuditEntry.objects.count() == before


def test_a_search_is_on_record_as_it_was_asked_without_what_it_found(analyst, letter):
    for _ in range(2):
        analyst.get("/investigate/?query=subject:offer&range=90d", follow=True)
    analyst.get("/investigate/?query=subject:other", follow=True)
    asked = looks("search")
    assert ["offer" in entry.detail["query"] for entry in asked].count(True) == 1
    assert len({entry.object_id for entry in asked}) == len(asked) == 2
    assert letter["id"] not in json.dumps([entry.detail for entry in asked])


@pytest.mark.parametrize(
    ("trusted", "sent", "is_used"),
    [(False, "from-a-client", False), (True, "from-a-proxy", True), (True, "bad id\x00", False), (True, "x", False)],
)
def test_an_incoming_request_id_counts_only_from_a_proxy(client, settings, trusted, sent, is_used):
    settings.GATEHOUSE_TRUST_REQUEST_ID = trusted
    answer = client.get("/accounts/login/", headers={"X-Request-ID": sent})
    assert (answer["X-Request-ID"] == sent) is is_used
    assert answer["X-Request-ID"]


def test_an_entrys_page_shows_all_of_it_and_its_proof(browse, letter):
    browse("analyst").get(f"/investigate/messages/{letter['id']}/links/", **AGENT)
    (seen,) = looks("links_view")
    admin = browse("admin")
    page = admin.get(f"/audit/{seen.pk}/").content.decode()
    for part in (
        "Looked at the links",
        "a-analyst",
        "Browser/1.0",
        seen.request_id,
        letter["id"],
        "as they were written",
    ):
        assert part in page
    assert admin.get(f"/audit/{seen.pk + 1000}/").status_code == 404
    assert browse("reviewer").get(f"/audit/{seen.pk}/").status_code == 403
    found = admin.get("/audit/", {"request_id": seen.request_id}).context["page"].entries
    assert [entry.pk for entry in found] == [seen.pk]


def test_before_and_after_of_a_change_are_shown(browse):
    admin = browse("admin")
    browse("reviewer")
    reviewer = User.objects.get(username="a-reviewer")
    admin.post(f"/team/{reviewer.pk}/role/", {"role": "analyst"})
    made = AuditEntry.objects.get(action="person_role")
    page = admin.get(f"/audit/{made.pk}/")
    assert page.context["changes"] == [("role", "reviewer", "analyst")]

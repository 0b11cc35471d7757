"""What API tokens do is in the audit trail as that token's."""

import pytest
from django.db import DatabaseError
from django.test import Client

from dashboard.audit.models import AuditEntry
from gateway.models import BlockedSender, Token
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored

BASE = f"/client/v4/accounts/{ACCOUNT}/email-security"
PATTERN = {"pattern": "bad.example", "pattern_type": "DOMAIN", "is_regex": False}


@pytest.fixture
def web(settings, write_token):
    """The API as it is reached over HTTP, with a write token."""
    settings.ROOT_URLCONF = "dashboard.urls"
    return Client(headers={"Authorization": f"Bearer {write_token}", "User-Agent": "siem/2"})


def lines(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action, follows=None).order_by("id"))


def test_a_write_is_the_tokens_with_what_it_asked_and_its_result(web):
    answer = web.post(f"{BASE}/settings/block_senders", PATTERN, content_type="application/json")
    assert answer.status_code in {200, 201}, answer.content
    (made,) = lines("api_write")
    assert (made.username, made.role, made.user_agent, made.ip) == ("token:writer", "token", "siem/2", "127.0.0.1")
    assert made.detail["after"]["pattern"] == "bad.example"
    assert made.request_id == answer["X-Request-ID"]
    assert made.final_outcome == "done"
    web.post(f"{BASE}/settings/block_senders", {"pattern": 7}, content_type="application/json")
    web.delete(f"{BASE}/settings/block_senders/999999")
    assert [line.final_outcome for line in lines("api_write")] == ["done", "failed"]


def test_a_body_that_is_no_object_is_recorded_too(web):
    for body in ("null", "5", "true", '"bad.example"'):
        answer = web.post(f"{BASE}/settings/trusted_domains", body, content_type="application/json")
        assert answer.status_code == 400, body
    assert [(line.detail["after"]["body"], line.final_outcome) for line in lines("api_write")] == [
        (None, "failed"),
        (5, "failed"),
        (True, "failed"),
        ("bad.example", "failed"),
    ]


def test_a_write_that_cant_be_recorded_does_not_happen(web, monkeypatch):
    def full(*_args, **_more):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEntry, "save", full)
    answer = web.post(f"{BASE}/settings/block_senders", PATTERN, content_type="application/json")
    assert answer.status_code == 500
    assert not BlockedSender.objects.using("gateway").exists()


def test_looks_at_content_and_searches_are_recorded_without_mail(web):
    message = stored(subject="Very secret")
    for _ in range(2):
        assert web.get(f"{BASE}/investigate/{message.investigate_id}/raw").status_code == 200
    web.get(f"{BASE}/investigate/{message.investigate_id}/trace")
    web.get(f"{BASE}/investigate/nothing/raw")
    web.get(f"{BASE}/investigate?subject=secret&detections_only=false")
    web.get(f"{BASE}/settings/block_senders")
    seen = [
        (line.object_id, line.detail["operation"].removeprefix("email_security_get_"), line.outcome)
        for line in lines("api_look")
    ]
    assert seen == [
        (message.investigate_id, "message_raw", "done"),
        (message.investigate_id, "message_trace", "done"),
        ("nothing", "message_raw", "failed"),
    ]
    (search,) = lines("api_search")
    assert search.detail["query"] == "subject=secret&detections_only=false"


def test_an_uploaded_source_is_only_counted(web):
    message = held()
    body = {"expected_disposition": "NONE", "eml_content": "U2VjcmV0"}
    web.post(f"{BASE}/investigate/{message.investigate_id}/reclassify", body, content_type="application/json")
    (made,) = lines("api_write")
    assert made.detail["after"]["eml_content"] == "8 characters"


def test_refusals_are_one_entry_for_each_operation_and_address(web, read_token):
    for _ in range(3):
        web.get(f"{BASE}/investigate/x/raw", headers={"Authorization": "Bearer wrong"})
    web.delete(f"{BASE}/settings/block_senders/1", headers={"Authorization": f"Bearer {read_token}"})
    found = [(line.username, line.outcome, line.detail["status"]) for line in lines("api_refused")]
    assert found == [("", "refused", 401), ("token:reader", "refused", 403)]


def test_what_the_console_does_in_the_same_process_is_not_recorded_twice(client):
    message = stored()
    client.investigate.raw.get(message.investigate_id)
    assert not AuditEntry.objects.exists()


def test_a_gateway_without_a_console_records_nothing(web, settings):
    settings.GATEWAY_TRAIL = ""
    web.get(f"{BASE}/investigate/{stored().investigate_id}/raw")
    assert Token.objects.using("gateway").exists()
    assert not AuditEntry.objects.exists()

"""Bulk action jobs: requests as the contract has them, and answers of older and newer servers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api_client import Client, Conflict, OutcomeUnknown, ResponseInvalid
from tests.api_client.conftest import PREFIX, Server, enveloped, refused

JOB: dict[str, Any] = {
    "action_params": {"type": "MOVE", "destination": "JunkEmail"},
    "action_type": "MOVE",
    "created_at": "2026-01-05T10:00:00Z",
    "job_id": "f174e90a-fafe-4643-bbbc-4a0ed4fc8415",
    "messages_failed": 1,
    "messages_pending": 2,
    "messages_successful": 3,
    "search_params": {"sender": "a@b.example"},
    "status": "PROCESSING",
    "total_messages_discovered": 6,
}
ENTRY: dict[str, Any] = {
    "action_params": {"type": "RELEASE", "client_recipient": "anna@acme.example"},
    "action_type": "RELEASE",
    "created_at": "2026-01-05T10:00:00Z",
    "message_id": "0d9e3a1c-1f57-4d0f-8a1b-0d8c6a8b7a11",
    "postfix_id": "4Njp3P0STMz2c02Q",
    "retry_count": 1,
    "retry_after": "2026-01-05T10:05:00Z",
    "status": "PENDING",
}
INFO = {"count": 1, "per_page": 50, "page": 0, "total_count": 0}


def test_a_job_is_started_with_what_was_given_and_nothing_else(client: Client, server: Server) -> None:
    server.will(enveloped(JOB, status=201))
    job = client.investigate.bulk.create(
        action="MOVE",
        destination="JunkEmail",
        search_params={"sender": "a@b.example", "start": datetime(2026, 1, 1, tzinfo=UTC), "query": None},
    )
    assert (server.last.method, server.last.url.path) == ("POST", f"{PREFIX}/investigate/bulk")
    assert server.sent == {
        "action": "MOVE",
        "destination": "JunkEmail",
        "search_params": {"sender": "a@b.example", "start": "2026-01-01T00:00:00Z"},
    }
    assert (job.status, job.messages_skipped, job.messages_cancelled) == ("PROCESSING", 0, 0)


def test_a_start_whose_answer_was_lost_is_not_repeated(client: Client, server: Server) -> None:
    server.will(httpx.Response(201, content=b'{"succ'))
    with pytest.raises(OutcomeUnknown):
        client.investigate.bulk.create(action="RELEASE", search_params={})
    assert len(server.requests) == 1


def test_jobs_and_messages_are_read_page_by_page_until_one_is_empty(client: Client, server: Server) -> None:
    server.will(enveloped([JOB], info=INFO), enveloped([], info=INFO))
    assert [job.job_id for job in client.investigate.bulk.iterate(status="PROCESSING")] == [JOB["job_id"]]
    assert server.last.url.params["page"] == "2"
    assert server.last.url.params["status"] == "PROCESSING"
    server.will(enveloped([ENTRY], info=INFO))
    page = client.investigate.bulk.messages.list(JOB["job_id"], status="PENDING", per_page=10)
    assert server.last.url.path.endswith(f"/bulk/{JOB['job_id']}/messages")
    assert (page.page, page.per_page, page.total_count) == (1, 50, None)
    (entry,) = page.items
    assert (entry.action_params.client_recipient, entry.message) == ("anna@acme.example", None)
    assert entry.retry_after == datetime(2026, 1, 5, 10, 5, tzinfo=UTC)


def test_a_job_is_read_cancelled_and_deleted(client: Client, server: Server) -> None:
    server.will(enveloped(JOB), enveloped({**JOB, "status": "CANCELLED"}), enveloped({"id": JOB["job_id"]}))
    assert client.investigate.bulk.get(JOB["job_id"]).messages_pending == 2
    assert client.investigate.bulk.cancel.create(JOB["job_id"]).status == "CANCELLED"
    assert (server.last.method, server.last.url.path[-7:]) == ("POST", "/cancel")
    assert client.investigate.bulk.delete(JOB["job_id"]) == JOB["job_id"]
    assert server.last.method == "DELETE"


def test_a_conflict_is_told(client: Client, server: Server) -> None:
    server.will(refused(409, "The job has not ended."))
    with pytest.raises(Conflict):
        client.investigate.bulk.delete(JOB["job_id"])


def test_a_newer_status_is_kept_as_it_came_and_a_missing_one_is_refused(client: Client, server: Server) -> None:
    server.will(enveloped({**JOB, "status": "PAUSED"}))
    assert client.investigate.bulk.get("x").status == "PAUSED"
    server.will(enveloped({name: value for name, value in JOB.items() if name != "status"}))
    with pytest.raises(ResponseInvalid, match="status"):
        client.investigate.bulk.get("x")


@pytest.mark.parametrize(("page", "per_page"), [(0, 50), (1, 0), (1, 1001)])
def test_pages_out_of_bounds_are_never_asked_for(client: Client, page: int, per_page: int) -> None:
    with pytest.raises(ValueError, match=r"per_page|Pages"):
        client.investigate.bulk.list(page=page, per_page=per_page)


def test_what_a_release_does_is_written_without_a_destination() -> None:
    from api_client.models import BulkActionParams

    assert json.loads(BulkActionParams(type="RELEASE").model_dump_json()) == {"type": "RELEASE"}

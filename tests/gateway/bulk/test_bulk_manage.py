"""Making, listing, cancelling and deleting jobs, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from api_client import BadRequest, Client, Conflict, Forbidden, NotFound
from gateway.api.tokens import token_ensure
from gateway.bulk.discovery import discover
from gateway.bulk.recovery import recover
from gateway.bulk.running import run
from gateway.models import BulkJob, BulkJobMessage, Token
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE
from tests.gateway.mails import stored

RELEASE = {"action": "RELEASE", "search_params": {"detections_only": False}}


def make(client, **fields):
    return client.investigate.bulk.create(**{**RELEASE, **fields}).job_id


def test_cancelling_ends_what_waits_and_keeps_what_was_done(client, work_off):
    for _ in range(4):
        stored()
    job_id = make(client)
    job = BulkJob.objects.using("gateway").get()
    discover(job, until=1e12)
    done, held = BulkJobMessage.objects.using("gateway").order_by("pk")[:2]
    BulkJobMessage.objects.using("gateway").filter(pk=done.pk).update(status="COMPLETED")
    BulkJobMessage.objects.using("gateway").filter(pk=held.pk).update(
        status="PROCESSING", claimed_by="busy", lease_until=timezone.now() + timedelta(seconds=30)
    )
    shown = client.investigate.bulk.cancel.create(job_id)
    assert (shown.status, shown.messages_successful, shown.messages_pending, shown.messages_cancelled) == (
        "CANCELLED", 1, 1, 2,
    )  # fmt: skip
    assert shown.completed_at is not None
    assert client.investigate.bulk.cancel.create(job_id).status == "CANCELLED", "asked twice, as clients do"
    work_off(job_id)
    BulkJobMessage.objects.using("gateway").filter(pk=held.pk).update(lease_until=timezone.now())
    recover()
    assert client.investigate.bulk.get(job_id).messages_cancelled == 3


def test_a_row_put_back_when_its_job_was_cancelled_is_cancelled_by_the_recovery(client):
    stored()
    job_id = make(client)
    discover(BulkJob.objects.using("gateway").get(), until=1e12)
    client.investigate.bulk.cancel.create(job_id)
    BulkJobMessage.objects.using("gateway").update(status="PENDING")
    recover()
    assert client.investigate.bulk.get(job_id).messages_cancelled == 1


def test_a_job_cancelled_before_it_began_does_nothing(client):
    stored()
    job_id = make(client)
    client.investigate.bulk.cancel.create(job_id)
    assert run(BulkJob.objects.using("gateway").get().pk) is None
    assert client.investigate.bulk.get(job_id).total_messages_discovered == 0


def test_a_job_that_ended_can_not_be_cancelled_and_one_that_runs_can_not_be_deleted(client, work_off):
    stored()
    job_id = make(client)
    with pytest.raises(Conflict, match="has not ended"):
        client.investigate.bulk.delete(job_id)
    work_off(job_id)
    with pytest.raises(Conflict, match="ended already"):
        client.investigate.bulk.cancel.create(job_id)
    assert client.investigate.bulk.delete(job_id) == job_id
    with pytest.raises(NotFound):
        client.investigate.bulk.get(job_id)
    assert not BulkJobMessage.objects.using("gateway").exists()


def test_jobs_are_listed_newest_first_by_action_and_status(client, work_off):
    made = [make(client) for _ in range(3)]
    move = client.investigate.bulk.create(action="MOVE", destination="Inbox", search_params={}).job_id
    work_off(made[0])
    assert [job.job_id for job in client.investigate.bulk.iterate(per_page=2)] == [move, *made[::-1]]
    assert [job.job_id for job in client.investigate.bulk.iterate(action_type="MOVE")] == [move]
    assert [job.job_id for job in client.investigate.bulk.iterate(status="COMPLETED")] == [made[0]]
    page = client.investigate.bulk.list(page=3, per_page=2)
    assert (page.items, page.total_count) == ([], None)


def test_messages_come_in_pages(client, work_off):
    for _ in range(5):
        stored()
    job_id = make(client)
    work_off(job_id)
    entries = list(client.investigate.bulk.messages.iterate(job_id, per_page=2))
    assert len({entry.message_id for entry in entries}) == 5
    assert client.investigate.bulk.messages.list(job_id, status="FAILED").items == []


def test_the_search_is_carried_out_as_it_is_in_a_search(client, work_off):
    now = datetime.now(UTC)
    stored(subject="old", scanned_at=now - timedelta(days=40))
    message = stored(subject="new")
    everything = {
        "alert_id": message.investigate_id.rpartition("-")[0],
        "delivery_status": "delivered",
        "detections_only": False,
        "domain": "acme.example",
        "end": now + timedelta(days=1),
        "exact_subject": "new",
        "final_disposition": "NONE",
        "message_id": message.message_id,
        "metric": "none",
        "query": "new",
        "recipient": "bo@acme.example",
        "sender": "partner.example",
        "smtp_helo_ip": "192.0.2.7",
        "start": now - timedelta(days=1),
        "subject": "new",
        "submissions": False,
    }
    for search, found in (
        (everything, 1),
        ({**everything, "sender": "elsewhere.example"}, 0),
        ({"detections_only": False}, 1),
        ({"detections_only": False, "start": now - timedelta(days=50)}, 2),
        ({"detections_only": False, "start": now - timedelta(days=50), "end": now - timedelta(days=30)}, 1),
        ({}, 0),
        ({"detections_only": False, "message_action": "MOVED"}, 0),
    ):
        job_id = make(client, search_params=search)
        work_off(job_id)
        job = client.investigate.bulk.get(job_id)
        assert (job.status, job.total_messages_discovered) == ("COMPLETED", found), search
        assert job.search_params.model_dump(exclude_none=True) == search


def test_nulls_and_older_spellings_are_taken(http, work_off):
    body = {
        "action_type": "MOVE",
        "destination": "JunkEmail",
        "comment": None,
        "expected_disposition": "SPAM",
        "search_params": {"query": None, "subject": "x", "delivery_status": None, "action_log": True},
    }
    job = http.post("/investigate/bulk", json=body).json()["result"]
    assert job["action_params"] == {"type": "MOVE", "destination": "JunkEmail", "expected_disposition": "SPAM"}
    assert (job["search_params"]["subject"], job["comment"]) == ("x", None)
    empty = http.post("/investigate/bulk", json={"action": "RELEASE", "search_params": None})
    assert empty.status_code == 201
    assert empty.json()["result"]["action_params"] == {"type": "RELEASE"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"action": "DELETE", "search_params": {}}, "/action"),
        ({"action": "MOVE", "search_params": {}}, None),
        ({"action": "MOVE", "destination": "Outbox", "search_params": {}}, "/destination"),
        ({"action": "RELEASE"}, "/search_params"),
        ({"action": "RELEASE", "search_params": {"delivery_status": "lost"}}, "/search_params/delivery_status"),
        ({"action": "RELEASE", "search_params": {"start": "yesterday"}}, "/search_params/start"),
        ({"action": "RELEASE", "search_params": {"start": "2199-01-01T00:00:00Z"}}, "/search_params"),
        ({"action": "RELEASE", "search_params": {"query": ["a", "b"]}}, "/search_params/query"),
        ({"action": "RELEASE", "search_params": {}, "comment": "x" * 10_001}, "/comment"),
        ([], None),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(http, body, pointer):
    refused = http.post("/investigate/bulk", json=body)
    assert refused.status_code == 400
    (error, *_) = refused.json()["errors"]
    assert error.get("source", {}).get("pointer") in ({pointer, "/"} if pointer is None else {pointer})
    assert not BulkJob.objects.using("gateway").exists()


@pytest.mark.parametrize("name", ["nothing", "7b0d8a3c-7f2e-4b1d-9c55-0e6f1b8f2a10"])
def test_an_unknown_job_is_not_found(http, name):
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/messages")):
        assert http.request(method, f"/investigate/bulk/{name}{path}").status_code == 404


def test_jobs_of_another_account_stay_invisible(client):
    job_id = make(client)
    BulkJob.objects.using("gateway").update(account_id="f" * 32)
    for read in (client.investigate.bulk.get, client.investigate.bulk.delete, client.investigate.bulk.cancel.create):
        with pytest.raises(NotFound):
            read(job_id)
    assert client.investigate.bulk.list().items == []


def test_another_accounts_job_finds_no_message_of_this_one(client, work_off):
    stored()
    _, foreign = token_ensure(account_id="f" * 32, name="other", scope=Token.Scope.WRITE)
    with Client(base_url=BASE, account_id="f" * 32, token=foreign, transport=InProcessTransport()) as other:
        job_id = make(other)
        work_off(job_id)
        assert other.investigate.bulk.get(job_id).total_messages_discovered == 0


def test_a_token_that_may_read_watches_and_starts_nothing(client, read_token):
    job_id = make(client)
    with Client(base_url=BASE, account_id=ACCOUNT, token=read_token, transport=InProcessTransport()) as reader:
        assert reader.investigate.bulk.get(job_id).status == "PENDING"
        assert reader.investigate.bulk.messages.list(job_id).items == []
        with pytest.raises(Forbidden):
            make(reader)
        for write in (reader.investigate.bulk.delete, reader.investigate.bulk.cancel.create):
            with pytest.raises(Forbidden):
                write(job_id)


@pytest.mark.parametrize("params", [{"page": 0}, {"per_page": 1001}, {"status": "DONE"}, {"action_type": "move"}])
def test_parameters_out_of_bounds_are_refused(http, params):
    assert http.get("/investigate/bulk", params=params).status_code == 400


def test_the_client_refuses_what_can_not_work(client):
    with pytest.raises(ValueError, match="destination"):
        client.investigate.bulk.create(action="MOVE", search_params={})
    with pytest.raises(ValueError, match="offset"):
        client.investigate.bulk.create(action="RELEASE", search_params={"start": datetime(2026, 1, 1)})
    with pytest.raises(BadRequest):
        client.investigate.bulk.list(status="NONE OF THEM")

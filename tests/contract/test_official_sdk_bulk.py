"""The official SDK, in strict validation mode: bulk action jobs."""

import inspect
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import cloudflare
import pytest

from gateway.bulk.running import run
from tests.contract.sdk import sdk_with, while_served
from tests.contract.served import assert_calls, served
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored

CALLED = {
    "email_security_get_bulk_jobs": "bulk.list",
    "email_security_create_bulk_job": "bulk.create",
    "email_security_get_bulk_job": "bulk.get",
    "email_security_delete_bulk_job": "bulk.delete",
    "email_security_cancel_bulk_job": "bulk.cancel.create",
    "email_security_get_bulk_job_messages": "bulk.messages.list",
}


@pytest.fixture
def sdk(write_token):
    return sdk_with(write_token).email_security.investigate


def test_every_operation_served_is_called_here():
    assert served("/investigate/bulk") == CALLED.keys()
    assert_calls(inspect.getmodule(test_every_operation_served_is_called_here), CALLED)


def started(sdk, **fields):
    return sdk.bulk.create(
        account_id=ACCOUNT, **{"action": "RELEASE", "search_params": {"detections_only": False}, **fields}
    ).job_id


def test_a_move_from_its_beginning_to_its_end(sdk):
    for _ in range(5):
        stored(subject="offer", recipients=("bo@acme.example", "jo@acme.example"))
    held(subject="offer")
    now = datetime.now(UTC)
    job = sdk.bulk.create(
        account_id=ACCOUNT,
        action="MOVE",
        destination="JunkEmail",
        comment="clean up",
        search_params={
            "detections_only": False,
            "subject": "offer",
            "start": now - timedelta(days=1),
            "end": now + timedelta(days=1),
            "sender": None,
        },
        **while_served(expected_disposition="SPAM"),
    )
    assert (job.status, job.action_params.destination, job.comment) == ("PENDING", "JunkEmail", "clean up")
    run(UUID(job.job_id))
    done = sdk.bulk.get(job.job_id, account_id=ACCOUNT)
    assert (done.status, done.total_messages_discovered, done.messages_successful, done.messages_failed) == (
        "COMPLETED", 11, 10, 1,
    )  # fmt: skip
    entries = list(sdk.bulk.messages.list(job.job_id, account_id=ACCOUNT, per_page=3))
    assert len({entry.message_id for entry in entries}) == 11
    (failed,) = sdk.bulk.messages.list(job.job_id, account_id=ACCOUNT, status="FAILED").result
    assert failed.action_params.type == "MOVE"
    assert failed.message.is_quarantined
    past = sdk.bulk.messages.list(job.job_id, account_id=ACCOUNT, page=99)
    assert past.result == []


def test_a_release_shows_each_copy(sdk):
    message = held(recipients="bo@acme.example,jo@acme.example")
    job_id = started(sdk)
    run(UUID(job_id))
    entries = list(sdk.bulk.messages.list(job_id, account_id=ACCOUNT, status="COMPLETED"))
    assert {entry.action_params.client_recipient for entry in entries} == {"bo@acme.example", "jo@acme.example"}
    assert {entry.postfix_id for entry in entries} == {message.postfix_id}
    assert {entry.email_message_id for entry in entries} == {message.message_id}
    assert entries[0].message.post_delivery_operations == ["QUARANTINE_RELEASE"]


def test_jobs_are_listed_in_pages_to_the_empty_one_and_filtered(sdk):
    made = [started(sdk) for _ in range(4)]
    move = started(sdk, action="MOVE", destination="Inbox")
    run(UUID(made[0]))
    assert [job.job_id for job in sdk.bulk.list(account_id=ACCOUNT, per_page=2)] == [move, *made[::-1]]
    assert [job.job_id for job in sdk.bulk.list(account_id=ACCOUNT, action_type="MOVE")] == [move]
    assert [job.job_id for job in sdk.bulk.list(account_id=ACCOUNT, status="COMPLETED")] == [made[0]]


def test_a_job_is_cancelled_then_deleted(sdk):
    stored()
    job_id = started(sdk)
    with pytest.raises(cloudflare.ConflictError):
        sdk.bulk.delete(job_id, account_id=ACCOUNT)
    cancelled = sdk.bulk.cancel.create(job_id, account_id=ACCOUNT)
    assert cancelled.status == "CANCELLED"
    assert sdk.bulk.delete(job_id, account_id=ACCOUNT).id == job_id
    with pytest.raises(cloudflare.NotFoundError):
        sdk.bulk.get(job_id, account_id=ACCOUNT)


def test_errors_have_the_sdks_types(sdk, read_token):
    with pytest.raises(cloudflare.BadRequestError) as refused:
        sdk.bulk.create(account_id=ACCOUNT, action="MOVE", search_params={})
    assert "destination" in refused.value.errors[0].message
    with pytest.raises(cloudflare.NotFoundError):
        sdk.bulk.messages.list(str(uuid4()), account_id=ACCOUNT)
    with pytest.raises(cloudflare.PermissionDeniedError):
        started(sdk_with(read_token).email_security.investigate)
    with pytest.raises(cloudflare.AuthenticationError):
        sdk_with("wrong").email_security.investigate.bulk.list(account_id=ACCOUNT)

"""Purges and releases by API that need a second person wait for one: asked once, decided once, done once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from gateway.bulk.deciding import NotWaiting, request_approve, request_refuse
from gateway.bulk.recovery import recover
from gateway.bulk.running import run
from gateway.bulk.tasks import settle_requests
from gateway.bulk.waiting import UNAPPROVED_AT_MOST
from gateway.delivery import maildir
from gateway.delivery.ledger import file_name, mailbox_of
from gateway.models import ActionLog, BulkJob, BulkJobMessage, Delivery, WriteRequest
from gateway.tokens.services import token_narrow, token_revoke
from tests.contract.sdk import sdk_with
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored
from tests.gateway.tokens.conftest import PATH, sent, why

PURGE = {"destination": "RecoverableItemsPurges"}
ALL = {"search_params": {"detections_only": False}}


@pytest.fixture
def rules(settings):
    settings.GATEHOUSE_APPROVALS = {"purge": 1, "release": 2}
    settings.GATEHOUSE_APPROVAL_WINDOW_HOURS = 24
    settings.GATEHOUSE_APPROVAL_HOURS = 24
    settings.GATEWAY_API_APPROVALS = "wait"
    return settings


@pytest.fixture
def web(rules, token_of, calling):
    return calling(token_of()[1])


def purge(web, *messages):
    return sent(web, "/investigate/move", PURGE | {"ids": [message.investigate_id for message in messages]})


def release(web, *messages):
    return sent(web, "/investigate/release", {"ids": [message.investigate_id for message in messages]})


def request() -> WriteRequest:
    return WriteRequest.objects.using("gateway").select_related("token", "job").get()


def acted() -> list[tuple[str, str]]:
    return list(ActionLog.objects.using("gateway").order_by("pk").values_list("operation", "status"))


def job_of(web, answer) -> dict:
    return web.get(answer["Location"]).json()["result"]


def carry_out(made: WriteRequest) -> WriteRequest:
    run(made.job_id)
    settle_requests()
    made.refresh_from_db()
    return made


def test_a_purge_waits_is_told_where_and_is_done_once_it_is_approved(web):
    message = stored()
    answer = purge(web, message)
    body = answer.json()
    assert (answer.status_code, body["success"]) == (202, True)
    (row,) = body["result"]
    assert (row["success"], row["status"], row["item_count"]) == (False, "waits_for_approval", 0)
    made = request()
    assert body["messages"][0]["code"] == 1101
    assert str(made.pk) in body["messages"][0]["message"]
    assert (made.state, made.messages, made.operation) == ("waiting", 1, "email_security_post_bulk_move")
    shown = job_of(web, answer)
    assert (shown["status"], shown["messages_pending"], shown["by_id"]) == ("PENDING", 1, True)
    assert "second person" in shown["status_message"]
    # Nobody carries it out before: neither a worker that is told to, nor recovery.
    assert (run(made.job_id), recover(), acted()) == (None, [], [])
    request_approve(made, by="b")
    made = carry_out(made)
    assert (made.state, made.decided_by, made.outcome["successful"]) == ("done", "b", 1)
    assert acted() == [("MOVE", "moved")]
    assert job_of(web, answer)["status"] == "COMPLETED"
    assert Delivery.objects.using("gateway").get().folder == "RecoverableItemsPurges"


def test_the_same_call_again_is_the_same_request_and_tells_its_state(web):
    first, second = stored(), stored()
    again = [purge(web, first, second).status_code, purge(web, second, first).status_code]
    assert again == [202, 202]
    made = request()
    request_approve(made, by="b")
    assert "approved" in purge(web, first, second).json()["messages"][0]["message"]
    assert BulkJob.objects.using("gateway").count() == 1
    carry_out(made)
    # Done is done: to purge them again is another request.
    assert purge(web, first, second).status_code == 202
    assert WriteRequest.objects.using("gateway").count() == 2


def test_a_release_that_was_carried_out_answers_as_delivered(web):
    messages = [held(), held()]
    answer = release(web, *messages)
    assert answer.status_code == 202
    assert [row["delivered"] for row in answer.json()["result"]] == [[], []]
    assert all(row["undelivered"] for row in answer.json()["result"])
    made = request()
    request_approve(made, by="b")
    assert carry_out(made).outcome["successful"] == 2
    answer = release(web, *messages)
    assert answer.status_code == 200
    assert all(row["delivered"] and not row["undelivered"] for row in answer.json()["result"])


def test_a_refused_request_is_not_asked_for_again_before_it_would_have_expired(web):
    message = stored()
    purge(web, message)
    request_refuse(request(), by="b")
    answer = purge(web, message)
    assert answer.status_code == 403
    assert "A person has refused this" in why(answer)
    with pytest.raises(NotWaiting):
        request_approve(request(), by="c")
    job = request().job
    assert (job.status, job.status_message) == ("FAILED", "A second person refused it")
    assert (run(job.pk), acted()) == (None, [])
    WriteRequest.objects.using("gateway").update(expires_at=timezone.now())
    assert purge(web, message).status_code == 202


def test_what_nobody_decides_on_expires(web):
    purge(web, stored())
    WriteRequest.objects.using("gateway").update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotWaiting):
        request_approve(request(), by="b")
    settle_requests()
    made = request()
    assert (made.state, made.job.status) == ("expired", "FAILED")
    assert set(made.job.rows.values_list("status", flat=True)) == {"CANCELLED"}


@pytest.mark.parametrize("how", ["cancel", "revoke", "narrow", "expire"])
def test_a_request_ends_with_its_job_and_with_its_token(web, how):
    purge(web, stored())
    made = request()
    if how == "cancel":
        assert sent(web, f"/investigate/bulk/{made.job_id}/cancel", {}).status_code == 200
    elif how == "revoke":
        token_revoke(made.token)
    elif how == "narrow":
        token_narrow(made.token, rights=["search", "move"])
    else:
        made.token.expires_at = timezone.now()
        made.token.save(update_fields=["expires_at"])
    with pytest.raises(NotWaiting):
        request_approve(request(), by="b")
    made = request()
    assert made.state == "withdrawn"
    assert made.job.status in {"CANCELLED", "FAILED"}
    assert (run(made.job_id), acted()) == (None, [])


def test_what_is_approved_is_done_once_also_when_the_worker_dies_in_between(web, mailboxes):
    messages = [stored() for _ in range(3)]
    purge(web, *messages)
    made = request()
    request_approve(made, by="b")
    # What a worker leaves that died between the log's beginning and its end, the file moved already.
    cut_off = messages[0]
    copy = Delivery.objects.using("gateway").get(message=cut_off)
    properties = {"folder": PURGE["destination"], "requested_by": "soar"}
    ActionLog.objects.using("gateway").create(
        message=cut_off, operation="MOVE", started_at=timezone.now(), status="started", properties=properties
    )
    assert maildir.move(mailbox_of(copy), file_name(copy, cut_off), PURGE["destination"])
    rows = BulkJobMessage.objects.using("gateway").filter(message_id=cut_off.pk)
    rows.update(status="PROCESSING", claimed_by="dead", lease_until=timezone.now())
    assert [job.pk for job in recover()] == [made.job_id]
    made = carry_out(made)
    assert (made.state, made.outcome["successful"]) == ("done", 3)
    assert acted() == [("MOVE", "moved")] * 3
    # The beat's other rounds add nothing.
    settle_requests()
    assert (run(made.job_id), recover(), len(acted())) == (None, [], 3)


def test_only_one_of_two_decisions_counts_and_a_rolled_back_one_does_nothing(web):
    purge(web, stored())
    stale = request()
    with pytest.raises(RuntimeError), transaction.atomic(using="gateway"):
        request_approve(request(), by="b")
        raise RuntimeError
    assert run(stale.job_id) is None
    request_approve(request(), by="b")
    with pytest.raises(NotWaiting):
        request_refuse(stale, by="c")
    assert (request().state, request().decided_by) == ("approved", "b")


def test_a_bulk_job_waits_with_what_its_search_found(web):
    first = stored()
    body = PURGE | {"action": "MOVE"} | ALL
    answer = sent(web, "/investigate/bulk", body)
    assert answer.status_code == 201
    again = sent(web, "/investigate/bulk", body)
    job = BulkJob.objects.using("gateway").get()
    assert again.json()["result"]["job_id"] == str(job.pk)
    run(job.pk)
    made = request()
    assert (made.job_id, made.messages, made.state) == (job.pk, 1, "waiting")
    assert sent(web, "/investigate/bulk", body).json()["result"]["status"] == "PENDING"
    # What arrives while it waits is not what was approved.
    later = stored()
    request_approve(made, by="b")
    assert carry_out(made).outcome["successful"] == 1
    folders = dict(Delivery.objects.using("gateway").values_list("message_id", "folder"))
    assert folders == {first.pk: "RecoverableItemsPurges", later.pk: maildir.INBOX}


def test_a_bulk_job_below_the_rule_does_not_wait(web):
    held()
    sent(web, "/investigate/bulk", {"action": "RELEASE"} | ALL)
    job = BulkJob.objects.using("gateway").get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, WriteRequest.objects.using("gateway").exists()) == ("COMPLETED", False)


def test_requests_of_a_token_are_bounded(web):
    message = stored()
    purge(web, message)
    made, now = request(), timezone.now()
    WriteRequest.objects.using("gateway").bulk_create(
        WriteRequest(
            account_id=ACCOUNT,
            token=made.token,
            messages=1,
            state="withdrawn",
            digest=str(number),
            requested_at=now,
            expires_at=now,
        )
        for number in range(UNAPPROVED_AT_MOST - 1)
    )
    assert purge(web, message).status_code == 202
    more = purge(web, message, stored())
    assert more.status_code == 403
    assert "undecided" in why(more)
    assert "undecided" in why(sent(web, "/investigate/bulk", PURGE | {"action": "MOVE"} | ALL))
    WriteRequest.objects.using("gateway").exclude(pk=made.pk).update(requested_at=now - timedelta(hours=25))
    assert purge(web, message, stored()).status_code == 202


def test_the_outcome_outlives_the_job(web):
    purge(web, stored())
    made = request()
    request_approve(made, by="b")
    run(made.job_id)
    assert web.delete(f"{PATH}/investigate/bulk/{made.job_id}").status_code == 200
    made.refresh_from_db()
    assert (made.job_id, made.state, made.outcome["successful"]) == (None, "done", 1)


def test_nobody_but_the_console_sees_or_decides(web):
    purge(web, stored())
    path = f"/gatehouse/write_requests/{request().pk}"
    assert web.get(f"{PATH}/gatehouse/write_requests").status_code == 403
    assert web.get(f"{PATH}{path}").status_code == 403
    assert sent(web, f"{path}/approve", {"decided_by": "me"}).status_code == 403
    assert request().state == "waiting"


def test_the_official_sdk_reads_every_answer(rules, token_of):
    secret = token_of()[1]
    investigate = sdk_with(secret).email_security.investigate
    message, other = stored(), held()
    moved = investigate.move.bulk(account_id=ACCOUNT, ids=[message.investigate_id], **PURGE)
    assert [(row.success, row.status) for row in moved] == [(False, "waits_for_approval")]
    (row,) = investigate.move.create(message.investigate_id, account_id=ACCOUNT, **PURGE)
    assert not row.success
    released = investigate.release.bulk(account_id=ACCOUNT, ids=[other.investigate_id, held().investigate_id])
    assert [row.delivered for row in released] == [[], []]
    job = investigate.bulk.create(account_id=ACCOUNT, action="MOVE", search_params={}, **PURGE)
    assert job.status == "PENDING"
    assert {each.status for each in investigate.bulk.list(account_id=ACCOUNT)} == {"PENDING"}

"""Purges and releases by API that need a second person are refused, one by one, in sum, and in bulk jobs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.bulk.running import run
from gateway.models import ActionLog, BulkJob, CountedWrite
from gateway.tokens.services import token_revoke
from tests.gateway.mails import held, stored
from tests.gateway.tokens.conftest import sent, why

PURGE = {"destination": "RecoverableItemsPurges"}


@pytest.fixture
def rules(settings):
    settings.GATEHOUSE_APPROVALS = {"purge": 1, "release": 3}
    settings.GATEHOUSE_APPROVAL_WINDOW_HOURS = 24
    settings.GATEWAY_API_APPROVALS = "refuse"
    return settings


@pytest.fixture
def web(rules, token_of, calling):
    return calling(token_of()[1])


def release(web, count: int) -> int:
    return sent(web, "/investigate/release", {"ids": [held().investigate_id for _ in range(count)]}).status_code


def acted() -> int:
    return ActionLog.objects.using("gateway").count()


def test_a_purge_is_refused_with_what_to_do_and_nothing_happens(web):
    message = stored()
    one = sent(web, f"/investigate/{message.investigate_id}/move", PURGE)
    many = sent(web, "/investigate/move", PURGE | {"ids": [message.investigate_id]})
    for answer in (one, many):
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["code"] == 1008
        assert "GATEHOUSE_APPROVALS" in why(answer)
        assert "job in the console" in why(answer)
    assert acted() == 0
    assert sent(web, f"/investigate/{message.investigate_id}/move", {"destination": "JunkEmail"}).status_code == 200


def test_releases_of_a_token_add_up_over_the_window(web, token_of, calling):
    assert release(web, 3) == 403
    assert (release(web, 1), release(web, 1)) == (200, 200)
    assert release(web, 1) == 403
    assert acted() == 2
    assert release(calling(token_of("other")[1]), 2) == 200
    CountedWrite.objects.using("gateway").update(at=timezone.now() - timedelta(hours=25))
    assert release(web, 2) == 200
    assert CountedWrite.objects.using("gateway").filter(token__name="soar").count() == 1


def test_without_a_window_each_call_counts_by_itself(web, rules):
    rules.GATEHOUSE_APPROVAL_WINDOW_HOURS = 0
    assert [release(web, 2), release(web, 2), release(web, 3)] == [200, 200, 403]


def test_an_exempt_token_and_a_setting_that_is_off_pass(rules, token_of, calling):
    assert release(calling(token_of("exempt", needs_approval=False)[1]), 3) == 200
    rules.GATEWAY_API_APPROVALS = "off"
    assert release(calling(token_of("any")[1]), 3) == 200


def job(web, body: dict) -> BulkJob:
    search = {"search_params": {"detections_only": False}}
    answer = sent(web, "/investigate/bulk", body | search)
    assert answer.status_code == 201, answer.content
    made = BulkJob.objects.using("gateway").get(pk=answer.json()["result"]["job_id"])
    run(made.pk)
    made.refresh_from_db()
    return made


def test_a_bulk_job_that_needs_a_second_person_stops_before_it_acts(web):
    stored()
    purge = job(web, PURGE | {"action": "MOVE"})
    assert (purge.status, acted()) == ("FAILED", 0)
    assert "GATEHOUSE_APPROVALS" in purge.status_message
    assert set(purge.rows.values_list("status", flat=True)) <= {"CANCELLED"}
    for _ in range(2):
        held()
    assert job(web, {"action": "RELEASE"}).status == "FAILED"


def test_bulk_jobs_and_calls_add_up(web):
    held()
    assert job(web, {"action": "RELEASE"}).status == "COMPLETED"
    assert release(web, 2) == 403


def test_a_large_bulk_job_is_refused_on_an_early_page(web, rules, monkeypatch):
    monkeypatch.setattr("gateway.bulk.discovery.PAGE", 2)
    for _ in range(6):
        held()
    made = job(web, {"action": "RELEASE"})
    assert made.status == "FAILED"
    assert made.rows.count() <= 4


def test_a_revoked_tokens_job_does_not_start(web, token_of, calling, rules):
    row, secret = token_of("leaked")
    body = {"action": "MOVE", "destination": "JunkEmail", "search_params": {"detections_only": False}}
    stored()
    made = sent(calling(secret), "/investigate/bulk", body).json()["result"]["job_id"]
    token_revoke(row)
    run(made)
    assert BulkJob.objects.using("gateway").get(pk=made).status_message == "The token that asked for this was revoked"
    assert acted() == 0

"""Creating a job freezes what was selected."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from kombu import Connection, pools

from api_client.models import Message
from dashboard.celery import app
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.services import WRITTEN_AT_MOST, job_create
from dashboard.models import AuditEntry
from tests.dashboard.jobs.fake_api import FakeApi


def test_a_job_is_written_with_its_items_and_an_audit_row(api: FakeApi, analyst: User) -> None:
    messages = [Message.model_validate(api.add(number).wire()) for number in range(3)]
    job = job_create(user=analyst, action="move", destination="Inbox", messages=messages, reason="False alarm")
    assert (job.state, job.created_by_name, job.reason) == ("queued", "a-analyst", "False alarm")
    assert [item.investigate_id for item in job.items.all()] == [message.id for message in messages]
    seen = job.items.first().seen
    assert (seen.subject, seen.sender, seen.disposition) == ("Subject of 4Nf000000000", "eve@evil.example", "MALICIOUS")
    assert seen.recipients == ("anna@acme.example",)
    assert seen.received_at is not None
    entry = AuditEntry.objects.get(action="job_create")
    assert (entry.object_id, entry.username, entry.detail["messages"]) == (str(job.pk), "a-analyst", 3)
    assert api.reads == api.writes == []


def test_a_message_selected_twice_is_in_the_job_once(analyst: User) -> None:
    job = job_create(user=analyst, action="release", ids=["b", "a", "b", "a"])
    assert list(job.items.values_list("investigate_id", flat=True)) == ["b", "a"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "explode", "ids": ["a"]},
        {"action": "move", "ids": ["a"]},
        {"action": "move", "destination": "Attic", "ids": ["a"]},
        {"action": "release", "destination": "Inbox", "ids": ["a"]},
        {"action": "release"},
        {"action": "release", "ids": [" "]},
        {"action": "release", "ids": ["x" * 256]},
        {"action": "release", "ids": ["a"], "reason": "x" * 2001},
        {"action": "release", "ids": [str(number) for number in range(WRITTEN_AT_MOST + 1)]},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_job_that_can_not_be_meant_is_refused(analyst: User, wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"."):
        job_create(user=analyst, **wrong)
    assert not Job.objects.exists()


def queued() -> list[list[str]]:
    """Take what waits in the broker's queue; gives the arguments of each task."""
    found = []
    with Connection(app.conf.broker_url) as connection, connection.SimpleQueue("bulk") as queue:
        while len(queue):
            message = queue.get(block=False)
            found.append(json.loads(message.body)[0])
            message.ack()
    return found


@pytest.mark.django_db(transaction=True)
def test_workers_hear_of_a_job_when_it_is_committed_and_not_before(analyst: User) -> None:
    queued()
    with transaction.atomic():
        job = job_create(user=analyst, action="release", ids=["a"])
        assert queued() == []
    assert queued() == [[str(job.pk)]]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_rolled_back_leaves_nothing(analyst: User) -> None:
    queued()
    with transaction.atomic():
        job_create(user=analyst, action="release", ids=["a"])
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not JobItem.objects.exists()
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_a_job_is_kept_when_the_broker_is_away(analyst: User, caplog: pytest.LogCaptureFixture) -> None:
    with app.pool.acquire() as connection:
        assert connection.transport_cls == "memory"
    before, app.conf.broker_url = app.conf.broker_url, "redis://127.0.0.1:1/0"
    close_connections()
    try:
        job = job_create(user=analyst, action="release", ids=["a"])
    finally:
        app.conf.broker_url = before
        close_connections()
    assert Job.objects.filter(pk=job.pk, state="queued").exists()
    assert "the broker can't be reached" in caplog.text


def close_connections() -> None:
    """Have the next task published over a connection of its own."""
    # kombu keeps the pools of all brokers and would give the closed ones out again.
    pools.reset()
    app._pool = app.amqp._producer_pool = None

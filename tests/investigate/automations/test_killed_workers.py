"""A worker that is killed anywhere leaves an automation that acts on each message once, at the gateway too."""

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from dashboard.audit.actor import actor_for
from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.running.run import job_run
from gateway.models import ActionLog, BlockedSender
from investigate.automations.models import Automation, Firing
from investigate.automations.services import automation_create, automation_switch_on
from investigate.automations.states import Run
from settings_admin.history.models import Change
from settings_admin.kinds import BLOCK_SENDERS
from settings_admin.upkeep.terms import makers_of
from tests.dashboard.jobs_on_gateway.conftest import _console, person, store, write_token
from tests.gateway.mails import stored
from tests.investigate.automations.conftest import PLAIN, run

__all__ = ["_console", "person", "store", "write_token"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
KILLS = 20


@contextmanager
def killed_at(statement: int):
    """Die before the statement of this number, at either database. Yield whether it came to that."""
    died, left = [], [statement]

    def execute(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] < 0 and not died:
            died.append(sql)
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(execute), connections["gateway"].execute_wrapper(execute):
        yield died


def test_killed_twenty_times_it_acts_on_each_message_once(person):
    ann = person("ann", "analyst")
    automation = automation_create(actor=actor_for(ann), values={"name": "Parcels", **PLAIN, "query": "subject:parcel"})
    automation_switch_on(actor=actor_for(ann), automation=automation, user=ann)
    since = timezone.now() - timedelta(hours=1)
    Automation.objects.update(since=since, cursor={"from": since.isoformat()})
    draw, kills, messages = random.Random(20), 0, []
    while kills < KILLS:
        messages.append(stored(subject=f"Parcel {len(messages)}", recipients=("bo@acme.example",)))
        with killed_at(draw.randrange(60)) as died:
            try:
                run()
            except KeyboardInterrupt:
                kills += 1
        assert len(messages) < 200, died
    run()
    ids = sorted(message.investigate_id for message in messages)
    assert sorted(Firing.objects.filter(run=Run.REAL).values_list("message_id", flat=True)) == ids
    assert sorted(JobItem.objects.values_list("investigate_id", flat=True)) == ids
    for job in Job.objects.all():
        job_run(job.pk)
    moves = ActionLog.objects.using("gateway").filter(operation="MOVE", success=True)
    assert sorted(moves.values_list("message__investigate_id", flat=True)) == ids


def test_a_sender_is_blocked_once_though_the_worker_died_after_the_call(person):
    ann = person("ann", "analyst")
    values = {"name": "Block", **PLAIN, "query": "subject:parcel", "act": "block", "destination": ""}
    automation = automation_create(actor=actor_for(ann), values=values)
    automation_switch_on(actor=actor_for(ann), automation=automation, user=ann)
    since = timezone.now() - timedelta(hours=1)
    Automation.objects.update(since=since, cursor={"from": since.isoformat()})
    for number in range(2):
        stored(subject=f"Parcel {number}", sender="lure@parcel.example", mail_from="lure@parcel.example")
    run(automation)
    assert [entry.pattern for entry in BlockedSender.objects.using("gateway").all()] == ["lure@parcel.example"]
    # The row says "sent" while a call is under way: what follows finds the entry, and enters nothing.
    Firing.objects.filter(run=Run.REAL).update(state="sent")
    run(automation)
    assert BlockedSender.objects.using("gateway").count() == 1
    assert set(Firing.objects.filter(run=Run.REAL).values_list("state", flat=True)) == {"done"}
    assert AuditEntry.objects.filter(action="policy_create", username="automation: Block").count() == 2
    change = Change.objects.get(kind="block_senders")
    entry = str(BlockedSender.objects.using("gateway").get().pk)
    assert (change.username, change.outcome, change.name) == ("automation: Block", "done", "lure@parcel.example")
    assert makers_of(BLOCK_SENDERS, [change.entry_id]) == {change.entry_id: "automation: Block"}
    assert change.entry_id == entry
    # A worker died during the call: the history has the attempt alone, until the next finds the entry.
    Change.objects.update(outcome="attempted", entry_id="")
    Firing.objects.filter(run=Run.REAL).update(state="sent")
    run(automation)
    assert Change.objects.get().outcome == "done"
    assert makers_of(BLOCK_SENDERS, [entry]) == {entry: "automation: Block"}

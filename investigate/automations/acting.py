"""Acts on what a finder found: in one transaction the limits are counted, the firings written and the act done.

So a worker that dies has done both or neither, and a message that is found again is left alone. What calls the API is
planned in that transaction, and sent after it (`investigate.automations.calls`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from api_client.models import Message
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.jobs.message_location import HELD
from dashboard.jobs.models import Job
from dashboard.jobs.services import LONGEST_REASON, job_create
from dashboard.jobs.snapshot import Snapshot
from investigate.annotations.services import message_assign, message_tag
from investigate.automations.bounds import (
    actor_of_automation,
    left_this_hour,
    left_unattended,
    limit_met,
    missing_right,
    stop,
)
from investigate.automations.events.found import MessageSet
from investigate.automations.models import Automation, Firing, Notice
from investigate.automations.states import RULES, Act, Mode, Run, State

LOOKED_UP_AT_ONCE = 500
NAMED_IN_NOTICE = 20


@dataclass(slots=True)
class _Plan:
    """What is to be done: the messages to act on and those to leave alone, each with its trigger."""

    act: list[tuple[Message, MessageSet]] = field(default_factory=list)
    leave: list[tuple[Message, MessageSet, str]] = field(default_factory=list)
    stop: str = ""


@transaction.atomic
def act_on(automation_id: int, sets: Sequence[MessageSet], *, mode: Mode) -> bool:
    """Act on the sets, or note what would be done in watch mode. Return False if it may not go on looking.

    That is so if the automation was switched meanwhile, or stops itself here: sets that are left are found again.
    `mode` is that in which the sets were looked for. Nothing calls the API. Raise ValueError if the job is refused.
    """
    # The lock makes two workers that found the same wait for each other.
    automation = Automation.objects.select_for_update().get(pk=automation_id)
    if automation.mode != mode:
        return False
    if mode == Mode.WATCH:
        note_what_would_be_done(automation, sets, run=Run.WATCH)
        return True
    if lacks := missing_right(automation, automation.owner):
        who = automation.owner_name or "Whoever switched it on"
        stop(automation, f"{who} may not do this any more: the role lacks “{lacks}”.")
        return False
    plan = _plan(automation, sets)
    _write(automation, plan)
    if plan.stop:
        stop(automation, plan.stop)
    return not plan.stop


def note_what_would_be_done(automation: Automation, sets: Sequence[MessageSet], *, run: Run) -> int:
    """Write what would be done as firings, and return how many messages are new. Nothing else is written."""
    rows, known = [], _known(automation, sets, run)
    for one in sets:
        for message in one.messages:
            if message.id in known:
                continue
            known.add(message.id)
            why = _why_left(automation, message) or _why_not_whole(one)
            rows.append(_firing(automation, message, one, run=run, state=State.LEFT if why else State.WOULD, why=why))
    Firing.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _plan(automation: Automation, sets: Sequence[MessageSet]) -> _Plan:
    """Take as many sets as the limits allow, each whole or not at all."""
    plan, known = _Plan(), _known(automation, sets, Run.REAL)
    hour, unattended = left_this_hour(automation), left_unattended(automation)
    for one in sets:
        fresh = [message for message in one.messages if message.id not in known]
        if not fresh:
            continue
        if one.is_partial:
            plan.stop = "Not all copies of a mail could be found, so it acted on none of them."
            break
        left = [(message, one, why) for message in fresh if (why := _why_left(automation, message))]
        wanted = [message for message in fresh if not _why_left(automation, message)]
        room = min(hour, unattended) - len(plan.act)
        if len(wanted) > room or (wanted and one.is_more):
            is_hour = hour <= unattended and not one.is_more
            plan.stop = limit_met(automation, len(wanted), is_hour=is_hour, is_more=one.is_more)
            break
        plan.act += [(message, one) for message in wanted]
        plan.leave += left
        known.update(message.id for message in fresh)
    return plan


def _known(automation: Automation, sets: Sequence[MessageSet], run: str) -> set[str]:
    """Return the ids among these on which it fired before."""
    ids = list({message.id for one in sets for message in one.messages})
    known: set[str] = set()
    for number in range(0, len(ids), LOOKED_UP_AT_ONCE):
        part = ids[number : number + LOOKED_UP_AT_ONCE]
        rows = Firing.objects.filter(automation=automation, run=run, message_id__in=part)
        known.update(rows.values_list("message_id", flat=True))
    return known


def _why_left(automation: Automation, message: Message) -> str:
    """Return why there is nothing to be done about a message, or an empty string."""
    place = Snapshot.of(message).place
    if automation.act == Act.MOVE and place == HELD:
        return "It is held: no mailbox has it."
    if automation.act == Act.MOVE and place == automation.destination:
        return "It is in that folder already."
    if automation.act == Act.RELEASE and place != HELD:
        return "It is not held."
    if automation.act == Act.BLOCK and not (message.from_ or message.envelope_from):
        return "It names no sender."
    return ""


def _why_not_whole(found: MessageSet) -> str:
    """Return why none of a set would be acted on, or an empty string."""
    if found.is_partial:
        return "Not all copies could be found."
    return "There are more than it may act on before a person looks." if found.is_more else ""


def _firing(
    automation: Automation, message: Message, found: MessageSet, *, run: Run, state: State, why: str = ""
) -> Firing:
    return Firing(
        automation=automation,
        run=run,
        message_id=message.id,
        state=state,
        why=why,
        trigger=found.trigger,
        submission_id=found.submission_id,
        snapshot=Snapshot.of(message).to_json(),
    )


def _write(automation: Automation, plan: _Plan) -> None:
    """Write the firings and do the act. Each message is new here, and the unique key says so once more."""
    rows = [
        _firing(automation, message, one, run=Run.REAL, state=State.LEFT, why=why) for message, one, why in plan.leave
    ]
    rules, job = RULES[automation.act], None
    if plan.act:
        if rules.job:
            job = _start_job(automation, plan)
        state = State.JOB if job else State.PLANNED if rules.calls_api else State.DONE
        acted = [_firing(automation, message, one, run=Run.REAL, state=state) for message, one in plan.act]
        for row in acted:
            row.job = job
        rows += acted
    Firing.objects.bulk_create(rows, batch_size=500)
    if plan.act and not rules.job and not rules.calls_api:
        _annotate(automation, plan)


def _start_job(automation: Automation, plan: _Plan) -> Job:
    assert automation.owner is not None  # noqa: S101 - `missing_right` refuses an automation without one
    triggers = list(dict.fromkeys(one.trigger for _, one in plan.act if one.trigger))
    reason = f"Automation “{automation.name}”, switched on by {automation.owner_name}: {'; '.join(triggers[:5])}"
    return job_create(
        user=automation.owner,
        action=RULES[automation.act].job,
        destination=automation.destination,
        messages=[message for message, _ in plan.act],
        reason=reason[:LONGEST_REASON],
        actor=actor_of_automation(automation),
        always_asks=automation.act == Act.RELEASE,
    )


def _annotate(automation: Automation, plan: _Plan) -> None:
    """Assign, tag or notify. It is all rows of the console, so it commits with the firings."""
    actor = actor_of_automation(automation)
    messages = [message for message, _ in plan.act]
    if automation.act == Act.NOTIFY:
        _put_up(automation, plan, actor)
    for message in messages:
        if automation.act == Act.ASSIGN:
            message_assign(actor=actor, message_id=message.id, assignee=automation.assignee)
        elif automation.act == Act.TAG:
            message_tag(actor=actor, message_id=message.id, tag=automation.tag)


def _put_up(automation: Automation, plan: _Plan, actor: Actor) -> None:
    """Put up one notice about all messages of this step."""
    first, found = plan.act[0]
    subject = (first.subject or "mail without a subject")[:120]
    more = f" and {len(plan.act) - 1:,} more" if len(plan.act) > 1 else ""
    notice = Notice.objects.create(
        automation=automation,
        person=automation.assignee,
        messages=[{"id": one.id, "subject": (one.subject or "")[:120]} for one, _ in plan.act[:NAMED_IN_NOTICE]],
        text=f"{found.trigger[:1].upper()}{found.trigger[1:]}: “{subject}”{more}",
    )
    record(
        actor=actor,
        action=AuditAction.NOTICE_PUT_UP,
        object_kind="notice",
        object_id=str(notice.pk),
        outcome=Outcome.DONE,
        detail={"messages": len(plan.act), "for": automation.assignee.get_username() if automation.assignee else ""},
    )

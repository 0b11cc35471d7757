"""What people do with automations. Each writes the row and its audit entry in one transaction.

The worker sees the change at its next step: it locks the row before it acts.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.automations.bounds import missing_right
from investigate.automations.events.registry import FINDERS
from investigate.automations.models import Automation, Firing, Notice, Replay
from investigate.automations.replaying import replay_start
from investigate.automations.states import Mode, Run


class MayNot(Exception):
    """The person may not do what the automation does. The text is the capability that the role lacks."""


class WrongMode(Exception):
    """The automation is not in the mode that the change starts from. Somebody else may have switched it."""


def automation_create(*, actor: Actor, values: dict[str, Any]) -> Automation:
    """Create an automation in watch mode, and start its replay."""
    with transaction.atomic():
        automation = Automation(
            account_id=backend_account_id(), backend=backend_fingerprint(), created_by_name=actor.username, **values
        )
        _watch(automation)
        automation.save(force_insert=True)
        replay_start(automation)
        _record(actor, AuditAction.AUTOMATION_CREATE, automation, **_told(automation))
    return automation


def automation_edit(*, actor: Actor, automation: Automation, values: dict[str, Any]) -> None:
    """Change an automation. It watches from now on, whatever it did before, and is replayed."""
    with transaction.atomic():
        current = Automation.objects.select_for_update().get(pk=automation.pk)
        before = _told(current)
        for name, value in values.items():
            setattr(current, name, value)
        _watch(current)
        current.save()
        # What would have been done was another automation's.
        Firing.objects.filter(automation=current, run=Run.WATCH).delete()
        replay_start(current)
        after = _told(current)
        changed = {name: f"{before[name]} → {value}" for name, value in after.items() if before[name] != value}
        _record(actor, AuditAction.AUTOMATION_EDIT, current, **changed)


def automation_watch(*, actor: Actor, automation: Automation) -> None:
    """Set an automation to watch, from now on. Raise WrongMode if it watches already."""
    with transaction.atomic():
        current = _locked(automation, Mode.OFF, Mode.ON, Mode.STOPPED)
        _watch(current)
        current.save()
        if not Replay.objects.filter(automation=current).exists():
            replay_start(current)
        _record(actor, AuditAction.AUTOMATION_WATCH, current)


def automation_switch_on(*, actor: Actor, automation: Automation, user: User) -> None:
    """Switch a watching automation on: from now on it acts, with the rights of this person.

    Raise MayNot if the person may not do what it does, and WrongMode unless it watches.
    """
    with transaction.atomic():
        current = _locked(automation, Mode.WATCH)
        _confirm(current, user)
        _begin(current)
        current.save()
        _record(actor, AuditAction.AUTOMATION_ON, current, **_told(current))


def automation_resume(*, actor: Actor, automation: Automation, user: User, skip: bool) -> None:
    """Resume a stopped automation, with the rights of this person. With `skip`, what came meanwhile is left alone.

    Raise MayNot if the person may not do what it does, and WrongMode unless it stopped.
    """
    with transaction.atomic():
        current = _locked(automation, Mode.STOPPED)
        why = current.stopped_why
        _confirm(current, user)
        if skip:
            _begin(current)
        current.save()
        _record(actor, AuditAction.AUTOMATION_RESUME, current, had_stopped=why, skipped=skip)


def automation_switch_off(*, actor: Actor, automation: Automation) -> None:
    """Switch an automation off. Jobs that it started go on. Raise WrongMode if it is off."""
    with transaction.atomic():
        current = _locked(automation, Mode.WATCH, Mode.ON, Mode.STOPPED)
        current.mode, current.stopped_why = Mode.OFF, ""
        current.save()
        _record(actor, AuditAction.AUTOMATION_OFF, current)


def automation_replay(*, actor: Actor, automation: Automation) -> None:
    """Replay the last 30 days anew."""
    with transaction.atomic():
        replay_start(Automation.objects.select_for_update().get(pk=automation.pk))
        _record(actor, AuditAction.AUTOMATION_REPLAY, automation)


def automation_delete(*, actor: Actor, automation: Automation) -> None:
    """Delete an automation that is off, with its history. Its jobs and audit entries stay. Raise WrongMode."""
    with transaction.atomic():
        current = _locked(automation, Mode.OFF)
        if current.kind:
            raise WrongMode
        _record(actor, AuditAction.AUTOMATION_DELETE, current, **_told(current))
        current.delete()


def notice_done(*, actor: Actor, notice: Notice) -> bool:
    """Tick a notice. Return False if somebody did already."""
    with transaction.atomic():
        now = timezone.now()
        if not Notice.objects.filter(pk=notice.pk, done_at=None).update(done_at=now, done_by_name=actor.username):
            return False
        record(
            actor=actor,
            action=AuditAction.NOTICE_DONE,
            object_kind="notice",
            object_id=str(notice.pk),
            outcome=Outcome.DONE,
        )
    return True


def _locked(automation: Automation, *modes: Mode) -> Automation:
    current = Automation.objects.select_for_update().get(pk=automation.pk)
    if current.mode not in modes:
        raise WrongMode
    return current


def _watch(automation: Automation) -> None:
    automation.mode, automation.stopped_why = Mode.WATCH, ""
    automation.owner, automation.owner_name, automation.confirmed_at = None, "", None
    _begin(automation)


def _begin(automation: Automation) -> None:
    """Look at what happens from now on."""
    automation.since = timezone.now()
    automation.cursor = FINDERS[automation.event].start(automation.since)
    automation.error, automation.not_before, automation.undecided = "", None, 0


def _confirm(automation: Automation, user: User) -> None:
    if lacks := missing_right(automation, user):
        raise MayNot(lacks)
    automation.mode, automation.stopped_why = Mode.ON, ""
    automation.owner, automation.owner_name = user, user.get_username()
    automation.confirmed_at = timezone.now()


def _told(automation: Automation) -> dict[str, Any]:
    """Return what the trail tells about it."""
    return {
        "event": automation.event,
        "query": automation.query,
        "verdicts": ", ".join(automation.verdicts),
        "reporters": automation.reporters,
        "act": automation.act,
        "scope": automation.scope,
        "destination": automation.destination,
        "disposition": automation.disposition,
        "tag": automation.tag,
        "assignee": automation.assignee.get_username() if automation.assignee else "",
        "per_hour": automation.per_hour,
        "unattended": automation.unattended,
    }


def _record(actor: Actor, action: AuditAction, automation: Automation, **detail: Any) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="automation",
        object_id=str(automation.pk),
        outcome=Outcome.DONE,
        detail={"name": automation.name, **detail},
    )

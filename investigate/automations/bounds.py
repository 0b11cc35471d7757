"""What bounds an automation: the rights of its owner, how much it may do, and how it stops itself."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.capabilities import Capability, capabilities_of, role_of
from investigate.automations.models import Automation, Firing
from investigate.automations.states import RULES, Mode, Run, State

HOUR = timedelta(hours=1)


def actor_of_automation(automation: Automation) -> Actor:
    """Return the automation as an actor: in the trail its acts are its own, with its owner's role."""
    role = role_of(automation.owner) if automation.owner else None
    return Actor(user_id=None, username=automation.acts_as, role=role or "", ip=None)


def missing_right(automation: Automation, user: User | None) -> str:
    """Return the capability in words that the person lacks to do what the automation does, or an empty string."""
    rules = RULES[automation.act]
    wanted = [Capability.RUN_JOBS, rules.wanted]
    held = capabilities_of(user) if user else frozenset()
    return next((one.value.replace("_", " ") for one in wanted if one not in held), "")


def stop(automation: Automation, why: str) -> None:
    """Stop the automation and say why, on its page and in the trail. A person resumes it."""
    automation.mode, automation.stopped_why = Mode.STOPPED, why
    automation.save(update_fields=["mode", "stopped_why"])
    record(
        actor=actor_of_automation(automation),
        action=AuditAction.AUTOMATION_STOP,
        object_kind="automation",
        object_id=str(automation.pk),
        outcome=Outcome.DONE,
        detail={"name": automation.name, "why": why},
    )


def left_this_hour(automation: Automation) -> int:
    """Return on how many messages it may still act within the last 60 minutes."""
    return max(0, automation.per_hour - _acted(automation).filter(at__gt=timezone.now() - HOUR).count())


def left_unattended(automation: Automation) -> int:
    """Return on how many messages it may still act before a person has to resume it."""
    since = automation.confirmed_at or automation.since
    return max(0, automation.unattended - _acted(automation).filter(at__gt=since).count())


def _acted(automation: Automation) -> QuerySet[Firing]:
    return Firing.objects.filter(automation=automation, run=Run.REAL).exclude(state=State.LEFT)


def limit_met(automation: Automation, size: int, *, is_hour: bool, is_more: bool = False) -> str:
    """Return in words which limit keeps it from acting on a set of this size.

    With `is_more`, the set is larger than the automation may act on without a person, and nobody counted how large.
    """
    count = f"more than {automation.unattended:,}" if is_more else f"{size:,}"
    what = f"The next mail is {count} message{'' if size == 1 and not is_more else 's'}, and it may act on "
    if is_hour:
        return f"{what}{automation.per_hour:,} an hour at most."
    return f"{what}{automation.unattended:,} at most before a person looks."

"""What people do with alerts. Each writes the row and its audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.addresses import url_checked
from dashboard.outbox.services import outbox_add
from dashboard.sealed import sealed
from investigate.alerts.channel import PURPOSE
from investigate.alerts.finders.registry import FINDERS
from investigate.alerts.message import Told, outgoing_of
from investigate.alerts.models import Alert, Finding, Kind, Way

OF_A_PERSON = 30
"""Alerts that one person may have, and the team: each looks every minute."""
OF_THE_TEAM = 100


class TooMany(Exception):
    """The person, or the team, has as many alerts as there may be."""


def alert_create(*, actor: Actor, owner: User | None, values: dict[str, Any]) -> Alert:
    """Make an alert, which looks from now on. `owner` is None for the team's. Raise TooMany."""
    mine = Alert.objects.filter(owner=owner, account_id=backend_account_id(), backend=backend_fingerprint())
    if mine.count() >= (OF_A_PERSON if owner else OF_THE_TEAM):
        raise TooMany
    target, label = _target(values["way"], values["target"])
    now = timezone.now()
    with transaction.atomic():
        alert = Alert.objects.create(
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            name=values["name"],
            kind=values["kind"],
            search=values["search"] if values["kind"] == Kind.MATCHES else "",
            threshold=values["threshold"],
            way=values["way"],
            target=target,
            target_label=label,
            language=values["language"],
            owner=owner,
            made_by_name=actor.username,
            cursor=FINDERS[values["kind"]].start(now),
        )
        _record(actor, AuditAction.ALERT_CREATE, alert)
    return alert


def _target(way: str, target: str) -> tuple[str, str]:
    """Return the target as it is stored, and what is shown of it. URLs of webhooks are secrets, but for their host."""
    if way == Way.MAIL:
        return target, target[:255]
    return sealed(target, purpose=PURPOSE), url_checked(target)[0][:255]


def alert_delete(*, actor: Actor, alert: Alert) -> None:
    """Delete an alert with what it found. What the outbox has of it is still sent if it is mail."""
    with transaction.atomic():
        _record(actor, AuditAction.ALERT_DELETE, alert)
        alert.delete()


def alert_switch(*, actor: Actor, alert: Alert, is_on: bool) -> None:
    """Switch an alert on, from now on, or off."""
    with transaction.atomic():
        current = Alert.objects.select_for_update().get(pk=alert.pk)
        if current.is_on == is_on:
            return
        current.is_on, current.error, current.left_out = is_on, "", 0
        if is_on:
            # What happened while it was off is not told.
            current.cursor, current.not_before = FINDERS[current.kind].start(timezone.now()), None
        current.save()
        current.findings.filter(told_at=None).delete()
        _record(actor, AuditAction.ALERT_ON if is_on else AuditAction.ALERT_OFF, current)


def alert_try(*, actor: Actor, alert: Alert, target: str) -> None:
    """Send a message that says that it is a trial, to see that it arrives."""
    at = timezone.now()
    finding = Finding(alert=alert, title="This is a trial: nothing was found.", path="/", found_at=at)
    with transaction.atomic():
        outbox_add(
            [outgoing_of(Told(alert, [finding], 1), target=target, key=f"alert:{alert.pk}:trial:{at.timestamp()}")]
        )
        _record(actor, AuditAction.ALERT_TRY, alert)


def _record(actor: Actor, action: AuditAction, alert: Alert) -> None:
    record(
        actor=actor,
        action=action,
        outcome=Outcome.DONE,
        object_kind="alert",
        object_id=str(alert.pk),
        detail={
            "name": alert.name,
            "kind": alert.kind,
            "search": alert.search,
            "way": alert.way,
            "target": alert.target_label,
            "of": alert.owner.get_username() if alert.owner else "the team",
        },
    )

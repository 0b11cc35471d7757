"""What people do with destinations. Each writes the row and its audit entry, without secrets, together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.models import OutboxEntry, OutboxLane, State
from investigate.event_export.feed import mine, newest_number
from investigate.event_export.finding.running import places_begin, wanted_kinds
from investigate.event_export.models import Destination, Feed, Replay
from investigate.event_export.secrets import new_secret, seal_secret
from investigate.event_export.sending.channel import lane_of
from investigate.event_export.states import Way

BOTH_SECRETS_FOR = timedelta(days=1)


class AlreadySo(Exception):
    """Somebody else was quicker: the destination is in that state already."""


class NotPaused(Exception):
    """A destination is deleted after it was paused, so that a slip loses nothing."""


def destination_create(*, actor: Actor, values: dict[str, Any], token: str = "") -> tuple[Destination, str]:
    """Create a destination that gets what happens from now on. Return it, and a webhook's secret, shown this once."""
    secret = new_secret() if values["way"] == Way.WEBHOOK else ""
    with transaction.atomic():
        # Nothing is added to the feed meanwhile, so the cursor is exactly between what was and what comes.
        Feed.objects.select_for_update().get_or_create(**mine())
        begun = set(values["kinds"]) - wanted_kinds()
        destination = Destination.objects.create(
            **mine(),
            **values,
            secret=seal_secret(secret),
            token=seal_secret(token),
            cursor=newest_number(),
            created_by_name=actor.username,
        )
        places_begin(begun, timezone.now())
        _record(actor, AuditAction.EVENTS_CREATE, destination, **told_of(destination))
    return destination, secret


def destination_edit(
    *, actor: Actor, destination: Destination, values: dict[str, Any], token: str | None = None
) -> Destination:
    """Change a destination. A `token` of None stays as it is. What waits goes where the destination leads now."""
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        before = told_of(current)
        begun = set(values["kinds"]) - wanted_kinds()
        for name, value in values.items():
            setattr(current, name, value)
        if token is not None:
            current.token = seal_secret(token)
        current.save()
        places_begin(begun, timezone.now())
        _try_soon(current)
        after = told_of(current)
        changed = {name: f"{before[name]} → {value}" for name, value in after.items() if before[name] != value}
        if token is not None:
            changed["token"] = "set anew" if token else "removed"
        _record(actor, AuditAction.EVENTS_EDIT, current, **changed)
    return current


def destination_delete(*, actor: Actor, destination: Destination) -> None:
    """Delete a paused destination, with what waits for it. Its files stay. Raise NotPaused."""
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        if current.paused_at is None:
            raise NotPaused
        OutboxEntry.objects.filter(lane=_lane(current)).exclude(state=State.SENT).delete()
        _record(actor, AuditAction.EVENTS_DELETE, current, **told_of(current))
        current.delete()


def destination_pause(*, actor: Actor, destination: Destination) -> None:
    """Pause a destination: what was not sent waits as events, so it is not given up meanwhile. Raise AlreadySo.

    An entry that is being sent right now may arrive, and is sent once more after the pause, with the same id.
    """
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        if current.paused_at is not None:
            raise AlreadySo
        current.paused_at = timezone.now()
        _take_back(current)
        current.save(update_fields=["paused_at", "cursor"])
        _record(actor, AuditAction.EVENTS_PAUSE, current)


def destination_resume(*, actor: Actor, destination: Destination) -> None:
    """Resume a paused destination. What happened meanwhile is sent, as far as events are kept. Raise AlreadySo."""
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        if current.paused_at is None:
            raise AlreadySo
        current.paused_at = None
        current.save(update_fields=["paused_at"])
        _try_soon(current)
        _record(actor, AuditAction.EVENTS_RESUME, current)


def secret_rotate(*, actor: Actor, destination: Destination) -> str:
    """Give a webhook a new secret, and return it. For a day webhooks are signed with the old one, too."""
    secret = new_secret()
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        current.old_secret, current.secret = current.secret, seal_secret(secret)
        current.old_secret_until = timezone.now() + BOTH_SECRETS_FOR
        current.save(update_fields=["secret", "old_secret", "old_secret_until"])
        _record(actor, AuditAction.EVENTS_ROTATE, current, both_until=current.old_secret_until.isoformat())
    return secret


def told_of(destination: Destination) -> dict[str, Any]:
    """Return what the trail tells about a destination. Of a URL it tells the server: the rest may be a secret."""
    return {
        "way": destination.way,
        "server": server_of(destination),
        "kinds": ", ".join(sorted(destination.kinds)),
        "verdicts": ", ".join(destination.verdicts),
        "alert_format": destination.alert_format,
        "header": destination.header,
        "has_own_authority": bool(destination.ca),
    }


def server_of(destination: Destination) -> str:
    """Return the server that a destination is on, empty for a file."""
    if destination.way in (Way.FILE, Way.SYSLOG):
        return destination.address
    parts = urlsplit(destination.address)
    return f"{parts.scheme}://{parts.netloc}"


def _lane(destination: Destination) -> str:
    return lane_of(destination.key)


def _try_soon(destination: Destination) -> None:
    """End a pause of the lane: whoever mended a destination wants to see it."""
    OutboxLane.objects.filter(pk=_lane(destination)).update(paused_until=None)
    OutboxEntry.objects.filter(lane=_lane(destination), state=State.WAITING).update(next_try_at=timezone.now())


def _take_back(destination: Destination) -> None:
    """Take what waits out of the outbox, and put the cursors before it. What was sent already keeps its entry."""
    waiting = OutboxEntry.objects.select_for_update().filter(lane=_lane(destination), state=State.WAITING)
    replays: dict[int, int] = {}
    for payload in waiting.values_list("payload", flat=True):
        if not payload.get("events"):
            continue
        before = min(payload["events"]) - 1
        if replay := payload.get("replay"):
            replays[replay] = min(before, replays.get(replay, before))
        else:
            destination.cursor = min(destination.cursor, before)
    for pk, before in replays.items():
        Replay.objects.filter(pk=pk).update(cursor=before, finished_at=None)
    waiting.delete()


def _record(actor: Actor, action: AuditAction, destination: Destination, **detail: Any) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="event_destination",
        object_id=str(destination.pk),
        outcome=Outcome.DONE,
        detail={"name": destination.name, **detail},
    )

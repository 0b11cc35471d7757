"""Start replays, and save the entries that were replayed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.walking.services import walk_start
from settings_admin.entries.entry import Entry
from settings_admin.entries.services import entry_create, entry_edit
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind, Values
from settings_admin.replay.models import Replay, SampledReplay
from settings_admin.replay.policy_matching import reads_bodies

DAYS = (30, 60, 90)


@transaction.atomic
def replay_begin(
    *,
    kind: Kind,
    values: Values,
    days: int,
    user: User,
    actor: Actor,
    is_draft: bool = True,
    entry_id: str = "",
    seen: Mapping[str, Any] | None = None,
    why: str = "",
    back: str = "",
) -> Replay:
    """Start a replay of an entry on the mail of the last `days`, in the background. Nothing is saved at the API."""
    now = timezone.now()
    is_sample = reads_bodies(kind, values)
    model = SampledReplay if is_sample else Replay
    made = model(
        kind=kind.resource,
        values=dict(values),
        days=days,
        start=now - timedelta(days=days),
        end=now,
        filters={"detections_only": False},
        is_draft=is_draft,
        is_sample=is_sample,
        entry_id=entry_id,
        seen=dict(seen or {}),
        why=why,
        back=back[:400],
    )
    walk_start(made, user=user)
    record(
        actor=actor,
        action=AuditAction.POLICY_REPLAY,
        object_kind=kind.noun,
        object_id=kind.name_of(values),
        outcome=Outcome.DONE,
        detail={"days": days, "pattern": str(values.get("pattern") or ""), "reads bodies": is_sample},
    )
    return made


def draft_save(*, replay: Replay, actor: Actor) -> Entry:
    """Save the replayed entry, as its form would. Raise the same errors as `entry_create` and `entry_edit`."""
    kind = KIND_BY_RESOURCE[replay.kind]
    if replay.entry_id:
        made = entry_edit(
            kind=kind,
            entry_id=replay.entry_id,
            seen=replay.seen.get("values") or {},
            seen_at=str(replay.seen.get("modified_at") or ""),
            wanted=replay.values,
            actor=actor,
            why=replay.why,
        )
    else:
        made = entry_create(kind=kind, values=replay.values, actor=actor, why=replay.why)
    Replay.everything.filter(pk=replay.pk).update(is_draft=False, saved_id=made.id)
    return made

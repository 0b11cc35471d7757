"""Changing entries: each change is in the history before the API is asked, and nobody's change is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api_client import ApiError, NotFound
from api_client.errors import StatusError
from api_client.models import ApiMessage
from dashboard.audit.actions import Outcome
from dashboard.audit.actor import Actor
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry, differences
from settings_admin.history.models import ChangeAction
from settings_admin.history.services import Begun, change_begin
from settings_admin.kinds import Kind, Values


@dataclass(frozen=True, slots=True)
class EditConflict(Exception):
    """Somebody changed the entry since the form was opened: what was seen, what is there now, what was wanted."""

    seen: dict[str, Any]
    now: Entry
    wanted: dict[str, Any]


class Locked(Exception):
    """The entry can't be changed here; the message says why."""


def entry_create(*, kind: Kind, values: Values, actor: Actor, why: str = "") -> Entry:
    """Make an entry. After a lost answer the list is read once, to see whether it was made."""
    begun = change_begin(actor=actor, kind=kind, action=ChangeAction.CREATE, before=None, after=values, why=why)
    return _made(begun, kind, values)


def entry_edit(
    *,
    kind: Kind,
    entry_id: str,
    seen: Mapping[str, Any],
    seen_at: str,
    wanted: Values,
    actor: Actor,
    why: str = "",
) -> Entry:
    """Set the fields that were changed on the form, and nothing else.

    The entry is read right before it is written. Raises EditConflict when it isn't what the form showed, and Locked
    for what a directory keeps. Nothing is sent when nothing was changed.
    """
    policies = Policies(kind)
    now = policies.get(entry_id)
    if now.locked:
        raise Locked(now.locked)
    moved = bool(seen_at) and now.modified_at is not None and now.modified_at.isoformat() != seen_at
    if moved or differences(kind, seen, now.values):
        raise EditConflict(dict(seen), now, dict(wanted))
    changed = differences(kind, now.values, wanted)
    if not changed:
        return now
    begun = change_begin(
        actor=actor,
        kind=kind,
        action=ChangeAction.EDIT,
        before=now.values,
        after=now.values | changed,
        entry_id=entry_id,
        why=why,
    )
    return _edited(begun, policies, entry_id, changed, now.values | changed)


def entry_delete(*, kind: Kind, entry_id: str, actor: Actor, why: str = "") -> Entry:
    """Delete an entry and return what it was. Raises NotFound for one that is gone already."""
    policies = Policies(kind)
    was = policies.get(entry_id)
    begun = change_begin(
        actor=actor,
        kind=kind,
        action=ChangeAction.DELETE,
        before=was.values,
        after=None,
        entry_id=entry_id,
        why=why,
    )
    try:
        policies.delete(entry_id)
    except ApiError as error:
        if not _is_gone(policies, entry_id, error):
            _fail(begun, error)
            raise
    begun.end(Outcome.DONE)
    return was


def entry_put_back(*, kind: Kind, entry_id: str, values: Values, actor: Actor, why: str = "") -> Entry:
    """Make an entry what it was: by setting what differs, or, where it is gone, by making it anew under a new id."""
    policies = Policies(kind)
    try:
        now = policies.get(entry_id)
    except NotFound:
        begun = change_begin(
            actor=actor,
            kind=kind,
            action=ChangeAction.RESTORE,
            before=None,
            after=values,
            former_id=entry_id,
            why=why,
        )
        return _made(begun, kind, values)
    if now.locked:
        raise Locked(now.locked)
    changed = differences(kind, now.values, values)
    if not changed:
        return now
    begun = change_begin(
        actor=actor,
        kind=kind,
        action=ChangeAction.RESTORE,
        before=now.values,
        after=now.values | changed,
        entry_id=entry_id,
        why=why,
    )
    return _edited(begun, policies, entry_id, changed, now.values | changed)


def _made(begun: Begun, kind: Kind, values: Values) -> Entry:
    policies = Policies(kind)
    try:
        made = policies.create(values)
    except ApiError as error:
        found = _find_made(policies, values) if error.outcome_unknown else None
        if found is None:
            _fail(begun, error)
            raise
        made = found
    begun.end(Outcome.DONE, entry_id=made.id, after=made.values)
    return made


def _edited(
    begun: Begun, policies: Policies, entry_id: str, changed: Mapping[str, Any], whole: Mapping[str, Any]
) -> Entry:
    try:
        made = policies.edit(entry_id, changed, whole=whole)
    except ApiError as error:
        found = _find_edited(policies, entry_id, changed) if error.outcome_unknown else None
        if found is None:
            _fail(begun, error)
            raise
        made = found
    begun.end(Outcome.DONE, after=made.values)
    return made


def _fail(begun: Begun, error: ApiError) -> None:
    begun.end(Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED)


def _find_made(policies: Policies, values: Values) -> Entry | None:
    """Look whether an entry was made whose answer was lost; None when it wasn't, or when that can't be seen either."""
    kind = policies.kind
    try:
        page = policies.page(per_page=1000, search=kind.name_of(values) if kind.is_searched else None)
    except ApiError:
        return None
    mine = kind.identity(values)
    return next(
        (one for one in page.items if kind.identity(one.values) == mine and not differences(kind, one.values, values)),
        None,
    )


def _find_edited(policies: Policies, entry_id: str, changed: Mapping[str, Any]) -> Entry | None:
    try:
        now = policies.get(entry_id)
    except ApiError:
        return None
    return None if differences(policies.kind, now.values, changed) else now


def _is_gone(policies: Policies, entry_id: str, error: ApiError) -> bool:
    """Tell whether a deletion whose answer was lost, or that came second, has happened all the same."""
    if isinstance(error, NotFound):
        return True
    if not error.outcome_unknown:
        return False
    try:
        policies.get(entry_id)
    except NotFound:
        return True
    except ApiError:
        return False
    return False


def refusals_of(error: StatusError, kind: Kind) -> list[tuple[str, str]]:
    """Return what the API refused, each with the field that its pointer names; without one, the field is empty."""
    return [refusal_of(entry, kind) for entry in error.errors] or [("", error.reason)]


def refusal_of(entry: ApiMessage, kind: Kind) -> tuple[str, str]:
    """Return one refusal as a field's name, empty for none, and a sentence."""
    named = {spec.name for spec in kind.fields}
    parts = [part for part in (entry.pointer or "").split("/") if part]
    name = next((part for part in parts if part in named), "")
    message = entry.message.removeprefix(f"{'/'.join(parts[parts.index(name) :])}: " if name else "")
    message = f"{message[:1].upper()}{message[1:].rstrip('.')}."
    return name, f"Line {int(parts[-1]) + 1}: {message}" if name and parts[-1].isdigit() else message

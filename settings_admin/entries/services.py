"""Create, edit, delete and restore entries.

Each change is recorded in the change history before the API request. Edits detect changes made by others.
"""

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
from settings_admin.history.services import PendingChange, change_begin
from settings_admin.kinds import Kind, Values


@dataclass(frozen=True, slots=True)
class EditConflict(Exception):
    """Raised if somebody changed the entry since the form was opened.

    `seen` are the values when the form was opened, `now` is the current entry, and `wanted` are this user's values.
    """

    seen: dict[str, Any]
    now: Entry
    wanted: dict[str, Any]


class Locked(Exception):
    """Raised if the entry can't be changed here. The message gives the reason."""


def entry_create(*, kind: Kind, values: Values, actor: Actor, why: str = "", policies: Policies | None = None) -> Entry:
    """Create an entry. If the API's response is lost, the list is read once to find out whether it was created.

    `policies` are those of the kind with another client than the one for requests that a person waits for.
    """
    begun = change_begin(actor=actor, kind=kind, action=ChangeAction.CREATE, before=None, after=values, why=why)
    return _made(begun, policies or Policies(kind), values)


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

    The entry is read right before it is written. Nothing is sent if nothing was changed. Raise EditConflict if the
    entry differs from what the form showed, and Locked if it is synchronized from a directory.
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
    after = now.values | changed
    begun = change_begin(
        actor=actor, kind=kind, action=ChangeAction.EDIT, before=now.values, after=after, entry_id=entry_id, why=why
    )
    return _edited(begun, policies, entry_id, changed, after)


def entry_delete(*, kind: Kind, entry_id: str, actor: Actor, why: str = "") -> Entry:
    """Delete an entry and return its last version. Raise NotFound if it doesn't exist."""
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
    """Restore an entry to earlier values: edit the fields that differ, or create it again if it was deleted.

    An entry that is created again gets a new id. Raise Locked if the entry can't be changed here.
    """
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
        return _made(begun, policies, values)
    if now.locked:
        raise Locked(now.locked)
    changed = differences(kind, now.values, values)
    if not changed:
        return now
    after = now.values | changed
    begun = change_begin(
        actor=actor, kind=kind, action=ChangeAction.RESTORE, before=now.values, after=after, entry_id=entry_id, why=why
    )
    return _edited(begun, policies, entry_id, changed, after)


def _made(begun: PendingChange, policies: Policies, values: Values) -> Entry:
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
    begun: PendingChange, policies: Policies, entry_id: str, changed: Mapping[str, Any], whole: Mapping[str, Any]
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


def _fail(begun: PendingChange, error: ApiError) -> None:
    begun.end(Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED)


def _find_made(policies: Policies, values: Values) -> Entry | None:
    """Find an entry whose creation was requested but whose response was lost.

    Return None if it isn't there, or if the list can't be read either.
    """
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
    """Return whether the entry is gone although its deletion failed.

    This is so if the response was lost, or if somebody else deleted the entry first.
    """
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
    """Return the API's errors as (field, message). The field is empty if the error's pointer names none."""
    return [refusal_of(entry, kind) for entry in error.errors] or [("", error.reason)]


def refusal_of(entry: ApiMessage, kind: Kind) -> tuple[str, str]:
    """Return one API error as (field, message). The field is empty if the error's pointer names none."""
    named = {spec.name for spec in kind.fields}
    parts = [part for part in (entry.pointer or "").split("/") if part]
    name = next((part for part in parts if part in named), "")
    message = entry.message.removeprefix(f"{'/'.join(parts[parts.index(name) :])}: " if name else "")
    message = f"{message[:1].upper()}{message[1:].rstrip('.')}."
    return name, f"Line {int(parts[-1]) + 1}: {message}" if name and parts[-1].isdigit() else message

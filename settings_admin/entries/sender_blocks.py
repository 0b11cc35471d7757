"""Blocks a sender for whoever is no person at a form: an automation."""

from __future__ import annotations

from api_client import Client
from dashboard.audit.actions import Outcome
from dashboard.audit.actor import Actor
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.entries.services import entry_create
from settings_admin.history.models import ChangeAction
from settings_admin.history.selectors import changes_of_backend
from settings_admin.kinds import BLOCK_SENDERS
from settings_admin.patterns.checking import PatternKind


def sender_block(*, actor: Actor, sender: str, comments: str, why: str, client: Client) -> None:
    """Enter an address into the blocked senders, unless it is there, with the history of the policies.

    If the process dies during the call, the history shows the attempt; called again, it finds the entry and notes that
    the attempt came to its end. Raise ApiError.
    """
    policies = Policies(BLOCK_SENDERS, client)
    listed = _listed(policies, sender)
    if listed is None:
        values = {"pattern": sender, "pattern_type": PatternKind.EMAIL.value, "is_regex": False, "comments": comments}
        entry_create(kind=BLOCK_SENDERS, values=values, actor=actor, why=why, policies=policies)
        return
    begun = changes_of_backend().filter(
        kind=BLOCK_SENDERS.resource,
        name=sender[:1024],
        username=actor.username,
        action=ChangeAction.CREATE,
        outcome__in=[Outcome.ATTEMPTED, Outcome.UNKNOWN],
    )
    begun.update(outcome=Outcome.DONE, entry_id=listed.id, after=listed.values)


def _listed(policies: Policies, sender: str) -> Entry | None:
    return next(
        (
            one
            for one in policies.everything(pattern=sender)
            if str(one.values.get("pattern") or "").lower() == sender and not one.values.get("is_regex")
        ),
        None,
    )

"""Services that split and merge campaigns and undo that. Each writes an audit entry in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from investigate.campaigns.arranging import campaigns_arrange
from investigate.campaigns.keeping import lease
from investigate.campaigns.keys import backend_columns, mine
from investigate.campaigns.models import Campaign, CampaignMessage, HandChange, Keeping
from investigate.campaigns.reading import keeping_of

SPLIT_AT_MOST = 500
CHANGES_AT_MOST = 2000
"""Changes that are in force at a time: each grouping applies all of them."""


class ChangeRefused(Exception):
    """The change makes no sense. The text says why, for the person who asked."""


def campaign_split(campaign: Campaign, ids: Sequence[str], *, actor: Actor) -> bool:
    """Take messages out of a campaign into one of their own. Return whether that is done, or waits for a grouping.

    Raise ChangeRefused if they are none, all, or too many of its messages. If the process dies after the commit, the
    next grouping applies the change.
    """
    names = sorted(set(ids))
    if not names:
        raise ChangeRefused("Choose the messages to take out.")
    if len(names) > SPLIT_AT_MOST:
        raise ChangeRefused(f"At most {SPLIT_AT_MOST} messages can be taken out at once.")
    if mine(CampaignMessage).filter(campaign=campaign, investigate_id__in=names).count() != len(names):
        raise ChangeRefused("Some of these messages are not in this campaign any more. Look at it again.")
    if len(names) >= campaign.messages.count():
        raise ChangeRefused("Leave at least one message in the campaign.")
    return _change(
        HandChange.Kind.SPLIT, names, AuditAction.CAMPAIGN_SPLIT, campaign.key, {"messages": names[:20]}, actor
    )


def campaign_merge(campaign: Campaign, into: Campaign, *, actor: Actor) -> bool:
    """Move all messages of a campaign, and those that join it later, into another one. Return as `campaign_split` does.

    Raise ChangeRefused if both are the same.
    """
    if campaign.pk == into.pk:
        raise ChangeRefused("A campaign can't be merged into itself.")
    names = [_oldest(into), _oldest(campaign)]
    return _change(HandChange.Kind.MERGE, names, AuditAction.CAMPAIGN_MERGE, campaign.key, {"into": into.key}, actor)


def change_undo(change: HandChange, *, key: str, actor: Actor) -> bool:
    """Undo a split or a merge, from the page of the campaign with this key. Return as `campaign_split` does.

    Raise ChangeRefused if it was undone before.
    """
    with transaction.atomic():
        undone = HandChange.objects.filter(pk=change.pk, undone_at=None).update(
            undone_at=timezone.now(), undone_by_name=actor.username
        )
        if not undone:
            raise ChangeRefused("It was undone already.")
        _note(AuditAction.CAMPAIGN_UNDO, key, {"kind": change.kind, "messages": change.ids[:20]}, actor)
    return _arrange()


def _oldest(campaign: Campaign) -> str:
    found = campaign.messages.order_by("scanned_at", "investigate_id").values_list("investigate_id", flat=True).first()
    if found is None:
        raise ChangeRefused("The messages of one of these campaigns are gone.")
    return found


def _change(
    kind: HandChange.Kind, ids: list[str], action: AuditAction, key: str, detail: dict[str, object], actor: Actor
) -> bool:
    if mine(HandChange).filter(undone_at=None).count() >= CHANGES_AT_MOST:
        raise ChangeRefused(f"There are {CHANGES_AT_MOST:,} changes by hand already. Undo some first.")
    with transaction.atomic():
        HandChange.objects.create(**backend_columns(), kind=kind, ids=ids, by_name=actor.username)
        _note(action, key, detail, actor)
    return _arrange()


def _note(action: AuditAction, key: str, detail: dict[str, object], actor: Actor) -> None:
    record(actor=actor, action=action, object_kind="campaign", object_id=key, outcome=Outcome.DONE, detail=detail)
    keeping_of()
    mine(Keeping).update(changed_at=timezone.now())


def _arrange() -> bool:
    """Apply the change at once, unless a worker is grouping: then the next grouping does it. Return whether it was."""
    with lease(keeping_of()) as is_ours:
        if is_ours:
            campaigns_arrange()
        return is_ours

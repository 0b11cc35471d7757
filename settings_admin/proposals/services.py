"""Propose an entry, decide on a proposal, and withdraw one."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from api_client import ApiError
from api_client.errors import Conflict
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST
from dashboard.leases import lease_end
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry, differences, is_one
from settings_admin.entries.services import entry_create
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind, Values
from settings_admin.proposals.models import Proposal, ProposalState
from settings_admin.replay.services import DAYS, replay_begin

OPEN_OF_ONE: Final = 50
"""Proposals of one person that may wait at once."""


class TooMany(Exception):
    """Raised if a person has OPEN_OF_ONE proposals that wait."""


class Decided(Exception):
    """Raised if somebody else has decided, or is deciding at this moment."""


def proposals() -> Any:
    """Return the proposals on the backend that the console is connected to."""
    return Proposal.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def waiting_count() -> int:
    """Return the number of proposals that wait for a decision, as the badge shows it."""
    open_states = [ProposalState.WAITING, ProposalState.ACCEPTING]
    return int(proposals().filter(state__in=open_states)[: BADGE_AT_MOST + 1].count())


@transaction.atomic
def proposal_make(*, kind: Kind, values: Values, why: str, user: User, actor: Actor, message_id: str = "") -> Proposal:
    """Propose an entry, and start its replay on past mail. Raise TooMany at the person's limit."""
    User.objects.select_for_update().get(pk=user.pk)
    if proposals().filter(proposed_by=user, state=ProposalState.WAITING).count() >= OPEN_OF_ONE:
        raise TooMany
    made = Proposal.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        kind=kind.resource,
        values=dict(values),
        name=kind.name_of(values)[:1024],
        why=why,
        message_id=message_id,
        proposed_by=user,
        proposed_by_name=user.get_username(),
        replay=_replay(kind, values, user, actor),
    )
    _recorded(made, AuditAction.PROPOSAL_MAKE, actor, why)
    return made


def _replay(kind: Kind, values: Values, user: User, actor: Actor) -> Any:
    if not kind.is_replayed:
        return None
    return replay_begin(
        kind=kind, values=values, days=DAYS[0], user=user, actor=actor, is_draft=False, back=reverse("proposals:list")
    )


@transaction.atomic
def replay_again(*, proposal: Proposal, user: User, actor: Actor) -> None:
    """Replay a proposed entry anew, in the name of whoever decides."""
    proposal.replay = _replay(KIND_BY_RESOURCE[proposal.kind], proposal.values, user, actor)
    proposal.save(update_fields=["replay"])


def proposal_accept(*, proposal: Proposal, actor: Actor, reason: str) -> Entry:
    """Add the proposed entry, as an act of whoever accepts. The history names who proposed it.

    Raise Decided if it is not open, and ApiError if the API refuses; then it waits again. If the process dies after the
    request, the proposal can be accepted again when the lease is over: an entry that is there already is taken as it.
    """
    free = Q(state=ProposalState.WAITING) | Q(state=ProposalState.ACCEPTING, lease_until__lte=timezone.now())
    if not proposals().filter(free, pk=proposal.pk).update(state=ProposalState.ACCEPTING, lease_until=lease_end()):
        raise Decided
    kind = KIND_BY_RESOURCE[proposal.kind]
    said = f" {reason}" if reason else ""
    why = f"Proposed by {proposal.proposed_by_name}: {proposal.why}{said}"[:1000]
    try:
        made = _there_already(kind, proposal.values) if proposal.state == ProposalState.ACCEPTING else None
        made = made or entry_create(kind=kind, values=proposal.values, actor=actor, why=why)
    except ApiError as error:
        found = _there_already(kind, proposal.values) if isinstance(error, Conflict) else None
        if found is None:
            _claimed(proposal).update(state=ProposalState.WAITING, lease_until=None)
            raise
        made = found
    with transaction.atomic():
        _decide(_claimed(proposal), ProposalState.ACCEPTED, actor, reason, entry_id=made.id)
        _recorded(proposal, AuditAction.PROPOSAL_ACCEPT, actor, reason)
    return made


@transaction.atomic
def proposal_refuse(*, proposal: Proposal, actor: Actor, reason: str) -> None:
    """Refuse a proposal, with a reason. Raise Decided if it does not wait."""
    if not _decide(_waiting(proposal), ProposalState.REFUSED, actor, reason):
        raise Decided
    _recorded(proposal, AuditAction.PROPOSAL_REFUSE, actor, reason)


@transaction.atomic
def proposal_withdraw(*, proposal: Proposal, actor: Actor) -> None:
    """Withdraw one's own proposal. Raise Decided if it does not wait."""
    if not _decide(_waiting(proposal), ProposalState.WITHDRAWN, actor, ""):
        raise Decided
    _recorded(proposal, AuditAction.PROPOSAL_WITHDRAW, actor, "")


def _there_already(kind: Kind, values: Values) -> Entry | None:
    """Return the very entry that was proposed, if it is there. One with other values is another."""
    named = kind.name_of(values) if kind.is_searched else ""
    same = (one for one in Policies(kind).everything(search=named) if is_one(kind, one.values, values))
    return next((one for one in same if not differences(kind, one.values, values)), None)


def _waiting(proposal: Proposal) -> Any:
    return proposals().filter(pk=proposal.pk, state=ProposalState.WAITING)


def _claimed(proposal: Proposal) -> Any:
    return proposals().filter(pk=proposal.pk, state=ProposalState.ACCEPTING)


def _decide(found: Any, state: ProposalState, actor: Actor, reason: str, *, entry_id: str = "") -> int:
    return int(
        found.update(
            state=state,
            lease_until=None,
            decided_by_name=actor.username,
            decided_at=timezone.now(),
            decision_reason=reason,
            entry_id=entry_id,
        )
    )


def _recorded(proposal: Proposal, action: AuditAction, actor: Actor, why: str) -> None:
    kind = KIND_BY_RESOURCE[proposal.kind]
    detail = {"proposal": proposal.pk, "proposed by": proposal.proposed_by_name}
    record(
        actor=actor,
        action=action,
        object_kind=kind.noun,
        object_id=proposal.name,
        outcome=Outcome.DONE,
        detail=detail | ({"why": why} if why else {}),
    )

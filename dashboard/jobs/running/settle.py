"""Writes the outcomes of items in batches and short transactions, and only for items that the writer still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dashboard.jobs.models import JobItem, JobOutcome
from dashboard.jobs.running.claim import Claim
from dashboard.jobs.states import ItemState

BATCH = 200
LONGEST_ERROR = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The new state of an item. `check_after` belongs to UNKNOWN. An item that was accepted stays accepted."""

    state: ItemState
    error_code: str = ""
    error: str = ""
    check_after: datetime | None = None
    counts_as_check: bool = False
    starts_over: bool = False
    accepted: bool = False
    proof: str = ""


@dataclass(slots=True)
class ItemResults:
    """Verdicts and outcomes to be written together."""

    verdicts: dict[int, ItemResult] = field(default_factory=dict)
    outcomes: dict[int, list[JobOutcome]] = field(default_factory=dict)

    def put(self, item: JobItem, verdict: ItemResult, outcomes: Iterable[JobOutcome] = ()) -> None:
        """Set the verdict and the outcomes of one item."""
        self.verdicts[item.pk] = verdict
        self.outcomes[item.pk] = list(outcomes)


def settle(claim: Claim, settlement: ItemResults) -> None:
    """Write the verdicts and outcomes of the items that the claim still holds.

    A late answer still counts for an item that became unknown in the meantime, unless another worker has claimed it.
    """
    for ids in _batches(list(settlement.verdicts), BATCH):
        with transaction.atomic():
            held = set(
                JobItem.objects.select_for_update()
                .filter(id__in=ids, claimed_by=claim.token, state__in=[ItemState.SENT, ItemState.UNKNOWN])
                .values_list("id", flat=True)
            )
            _write_verdicts({pk: settlement.verdicts[pk] for pk in ids if pk in held})
            _write_outcomes([outcome for pk in ids if pk in held for outcome in settlement.outcomes[pk]])


def _write_verdicts(verdicts: dict[int, ItemResult]) -> None:
    now = timezone.now()
    groups: dict[ItemResult, list[int]] = defaultdict(list)
    for pk, verdict in verdicts.items():
        groups[verdict].append(pk)
    for verdict, ids in groups.items():
        JobItem.objects.filter(id__in=ids).update(
            state=verdict.state,
            error_code=verdict.error_code[:40],
            error=verdict.error[:LONGEST_ERROR],
            check_after=verdict.check_after,
            checks=0 if verdict.starts_over else F("checks") + int(verdict.counts_as_check),
            claimed_by="",
            lease_until=None,
            settled_at=None if verdict.state == ItemState.PENDING else now,
            proof=verdict.proof,
            **({"accepted": True} if verdict.accepted else {}),
        )


def _write_outcomes(outcomes: Sequence[JobOutcome]) -> None:
    JobOutcome.objects.bulk_create(
        outcomes,
        update_conflicts=True,
        unique_fields=["item", "recipient"],
        update_fields=["success", "status", "destination", "was_read", "was_answered", "was_forwarded", "forwarded_to"],
    )


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def item_result_of(outcomes: Sequence[JobOutcome]) -> ItemResult:
    """Return the verdict on an item from the outcomes of its recipients: DONE if all copies succeeded."""
    failed = [outcome for outcome in outcomes if not outcome.success]
    if not failed:
        return ItemResult(ItemState.DONE, accepted=True)
    status = failed[0].status or "failed"
    if len(failed) == len(outcomes):
        return ItemResult(
            ItemState.FAILED, error_code=status, error=EXPLANATIONS.get(status, f"The API says: {status}.")
        )
    return ItemResult(
        ItemState.FAILED,
        error_code="some_recipients",
        accepted=True,
        error=f"It failed for {len(failed)} of {len(outcomes)} recipients ({status}).",
    )


EXPLANATIONS = {
    "not_in_mailbox": "No mailbox has this message: it is held, or was deleted there. Release it first.",
    "failed": "The mailbox could not be written.",
    "not_supported": "The mailboxes have no such folder or can't be reached. The message's trace tells why.",
}

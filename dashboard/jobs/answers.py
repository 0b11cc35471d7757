"""Matches the API's answers to the items of a call, by investigate id, postfix id or Message-ID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from dashboard.jobs.models import JobItem, JobOutcome

LONGEST_STATUS = 100
LONGEST_ADDRESS = 320
MOST_NAMED = 20


@dataclass(slots=True)
class Answers:
    """The answers of one call, matched to the items that it was sent for.

    An answer that matches no item, or several that can't be told apart, is only counted in `unmatched`. Items without
    an answer count as unknown.
    """

    items: Sequence[JobItem]
    outcomes: dict[int, dict[str, JobOutcome]] = field(default_factory=dict)
    waiting: dict[int, list[str]] = field(default_factory=dict)
    unmatched: int = 0
    _by_name: dict[str, list[JobItem]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for item in self.items:
            for name in item.seen.names:
                self._by_name[name].append(item)

    def add(
        self,
        names: Iterable[str],
        *,
        recipient: str,
        success: bool,
        status: str = "",
        destination: str = "",
        marks: Collection[str] | None = None,
        forwarded_to: Sequence[str] = (),
    ) -> None:
        """Add the outcome for one recipient's copy, and what the recipient had done with it, if that is told."""
        item = self._item(names, recipient)
        if item is None:
            self.unmatched += 1
            return
        mine = self.outcomes.setdefault(item.pk, {})
        recipient = recipient[:LONGEST_ADDRESS]
        before = mine.get(recipient)
        if before is not None and not before.success:
            # If one of two copies for the same recipient failed, keep the failure: a person has to know about it.
            return
        mine[recipient] = JobOutcome(
            item_id=item.pk,
            recipient=recipient,
            success=success,
            status=status[:LONGEST_STATUS],
            destination=destination[:40],
            was_read=None if marks is None else "read" in marks,
            was_answered=None if marks is None else "answered" in marks,
            was_forwarded=None if marks is None else "forwarded" in marks,
            forwarded_to=[one[:LONGEST_ADDRESS] for one in forwarded_to[:MOST_NAMED]],
        )

    def add_waiting(self, names: Iterable[str], *, recipient: str, status: str) -> None:
        """Add that a recipient's copy was accepted but has not arrived. The item will be read back."""
        item = self._item(names, recipient)
        if item is None:
            self.unmatched += 1
            return
        self.waiting.setdefault(item.pk, []).append(f"{recipient}: {status}")

    def _item(self, names: Iterable[str], recipient: str) -> JobItem | None:
        for name in names:
            found = self._by_name.get(name, []) if name else []
            if len(found) > 1:
                # The same mail, accepted twice, has the same Message-ID both times. The recipient tells the two apart.
                found = [item for item in found if recipient in item.seen.recipients]
            if len(found) == 1:
                return found[0]
        return None

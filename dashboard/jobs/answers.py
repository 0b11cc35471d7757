"""Matching the API's answers to what was asked, by id, postfix id or Message-ID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dashboard.jobs.models import JobItem, JobOutcome

LONGEST_STATUS = 100
LONGEST_ADDRESS = 320


@dataclass(slots=True)
class Answers:
    """What one call answered about the items it was asked for.

    An answer that fits no item, or several that can't be told apart, is left out: its items count as unknown.
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
        self, names: Iterable[str], *, recipient: str, success: bool, status: str = "", destination: str = ""
    ) -> None:
        """Take in the outcome for one recipient's copy."""
        item = self._item(names, recipient)
        if item is None:
            self.unmatched += 1
            return
        mine = self.outcomes.setdefault(item.pk, {})
        recipient = recipient[:LONGEST_ADDRESS]
        before = mine.get(recipient)
        if before is not None and not before.success:
            # Of two copies for one recipient, the one that failed is what a person has to know of.
            return
        mine[recipient] = JobOutcome(
            item_id=item.pk,
            recipient=recipient,
            success=success,
            status=status[:LONGEST_STATUS],
            destination=destination[:40],
        )

    def add_waiting(self, names: Iterable[str], *, recipient: str, status: str) -> None:
        """Take in that a recipient's copy was accepted and has not arrived; the item is to be read back."""
        item = self._item(names, recipient)
        if item is None:
            self.unmatched += 1
            return
        self.waiting.setdefault(item.pk, []).append(f"{recipient}: {status}")

    def _item(self, names: Iterable[str], recipient: str) -> JobItem | None:
        for name in names:
            found = self._by_name.get(name, []) if name else []
            if len(found) > 1:
                # The same mail accepted twice shares its Message-ID: the recipient tells the two apart.
                found = [item for item in found if recipient in item.seen.recipients]
            if len(found) == 1:
                return found[0]
        return None

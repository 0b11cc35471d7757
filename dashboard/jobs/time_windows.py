"""Computes a few time windows that contain a selection's messages.

Walking the windows has to cost less than reading each message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from dashboard.walking.position import Window

SLACK = timedelta(seconds=2)
"""Margin at both ends of a window: ids carry their time to the second, and servers may round it differently."""

WORTH_SPLITTING = timedelta(hours=1)
FEW = 1000
SPLITS_OF_FEW = 3
MESSAGES_PER_SPLIT = 4000
"""Each window costs a page that is not full and a search below its end. So there is only one split for this many
messages."""


def windows_over(times: Iterable[datetime], *, per_split: int = MESSAGES_PER_SPLIT) -> list[Window]:
    """Return windows that contain all of these times, newest first, split at the widest gaps.

    There is one split for `per_split` messages, or a few if there are few messages.
    """
    ordered = sorted(times)
    if not ordered:
        return []
    many = len(ordered) // per_split
    splits = _widest_gaps(ordered, SPLITS_OF_FEW if len(ordered) < FEW else many)
    starts = [0, *splits]
    ends = [*(split - 1 for split in splits), len(ordered) - 1]
    windows = [Window(ordered[first] - SLACK, ordered[last] + SLACK) for first, last in zip(starts, ends, strict=True)]
    return windows[::-1]


def _widest_gaps(ordered: list[datetime], count: int) -> list[int]:
    """Return the positions just after the widest gaps, in order of time."""
    gaps = ((ordered[at] - ordered[at - 1], at) for at in range(1, len(ordered)))
    widest = sorted(((gap, at) for gap, at in gaps if gap > WORTH_SPLITTING), reverse=True)[:count]
    return sorted(at for _, at in widest)

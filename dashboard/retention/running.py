"""One round of retention: slices of each kind, with pauses, so that nobody waits long for the database."""

import logging
import time

from dashboard.holds.selectors import is_mail_held
from dashboard.retention.registry import Rule, rules

logger = logging.getLogger(__name__)
SECONDS = 15.0
"""How long one kind is worked on in a round."""

PAUSE = 0.02


def delete_old() -> dict[str, int]:
    """Delete what is older than its setting says, for a while, and return how much of each kind. Safe to run twice."""
    due = [rule for rule in rules() if rule.before is not None]
    is_held = any(rule.is_evidence for rule in due) and is_mail_held()
    counts = {rule.name: _slices(rule) for rule in due if not (rule.is_evidence and is_held)}
    counts = {name: count for name, count in counts.items() if count}
    if counts:
        logger.info("retention deleted %s", ", ".join(f"{count} {name}" for name, count in counts.items()))
    return counts


def _slices(rule: Rule) -> int:
    before = rule.before
    assert before is not None  # noqa: S101 - rules without a time are left out by the caller
    deadline, count, more = time.monotonic() + SECONDS, 0, True
    while more and time.monotonic() < deadline:
        deleted, more = rule.delete_slice(before)
        count += deleted
        if more:
            time.sleep(PAUSE)
    return count

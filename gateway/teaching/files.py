"""Teaches from files: each message becomes a decision of whoever runs the command."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.learning.decisions import note_raw
from gateway.models import LearningExample
from gateway.pipeline import judge_stored
from gateway.teaching.examples import NOT_WHOLE, described


@dataclass(frozen=True, slots=True)
class Taught:
    """A message of a file: whether the decision is new, or why nothing was learnt from it."""

    path: str
    is_new: bool = False
    error: str | None = None


def teach(found: Iterable[Found], label: str, *, account_id: str, by: str) -> Iterator[Taught]:
    """Write a decision for each message, and yield what became of it. The messages themselves are not stored.

    A decision is written at once: if the process dies, those yielded so far are kept, and the command can be repeated.
    """
    for entry in found:
        if entry.raw is None:
            yield Taught(entry.label, error=entry.error)
            continue
        envelope = partial(imported_envelope, mail_from=entry.mail_from)
        known = judge_stored(entry.raw, envelope, account_id=account_id)
        if known.parsed.unread:
            yield Taught(entry.label, error=NOT_WHOLE)
            continue
        kept = described(known)
        is_new = note_raw(
            hashlib.sha256(entry.raw).hexdigest(),
            label,
            account_id=account_id,
            origin=LearningExample.Origin.COMMAND,
            by=by,
            features=kept.message.to_bytes(),
            rules=kept.rules,
            is_bulk=kept.is_bulk,
        )
        yield Taught(entry.label, is_new=is_new)

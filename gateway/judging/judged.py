"""Judge messages of files, without storing anything."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from gateway.detect import Verdict
from gateway.detect.verdict import NONE
from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.mail.isolation import parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.pipeline import evaluate, judge_stored
from gateway.policies.compiled_policy import Policy

# As many children parse mail as `isolation.default_pool` has. Messages that wait to be judged are kept in memory.
_READERS: Final = 2
_READ_AHEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """A message and its verdict, or the reason why it could not be read. `label` is the one of its folder."""

    path: str
    verdict: Verdict = field(default_factory=lambda: Verdict(NONE))
    message: ParsedMessage = field(default_factory=ParsedMessage)
    error: str | None = None
    label: str = ""


def judge_by_rules(found: Iterable[Found], label: str = "") -> Iterator[Judged]:
    """Yield the verdicts on messages by the detectors alone, in their order.

    Settings of the account, threads, the sender's history and what was learnt are left out. Two processes read while
    this one judges.
    """
    with ThreadPoolExecutor(_READERS) as readers:
        waiting: deque[tuple[Found, Future[ParsedMessage] | None]] = deque()
        for entry in found:
            waiting.append((entry, readers.submit(parse_isolated, entry.raw) if entry.raw is not None else None))
            if len(waiting) > _READ_AHEAD:
                yield _by_rules(*waiting.popleft(), label)
        while waiting:
            yield _by_rules(*waiting.popleft(), label)


def judge_by_settings(found: Iterable[Found], account_id: str) -> Iterator[Judged]:
    """Yield the verdicts that messages would get if they arrived now, by the account's settings and stored mail."""
    for entry in found:
        if entry.raw is None:
            yield Judged(entry.label, error=entry.error)
            continue
        envelope = partial(imported_envelope, mail_from=entry.mail_from)
        known = judge_stored(entry.raw, envelope, account_id=account_id)
        yield Judged(entry.label, known.outcome.verdict, known.parsed)


def _by_rules(entry: Found, reading: Future[ParsedMessage] | None, label: str) -> Judged:
    if reading is None:
        return Judged(entry.label, error=entry.error, label=label)
    message = reading.result()
    outcome = evaluate(message, imported_envelope(message, mail_from=entry.mail_from), Policy())
    return Judged(entry.label, outcome.verdict, message, label=label)

"""Measures what learning brings on mail whose labels are known, without keeping anything of it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.detect import Verdict
from gateway.detect.judge import judge
from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.judging.judged import Judged
from gateway.learning.opinion import Learnt
from gateway.learning.training import Example, train
from gateway.mail.isolation import parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.pipeline import known_by_rules
from gateway.pipeline_steps.context import MessageContext
from gateway.teaching.examples import Described, described

FOLDS = 5
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message that the rules have judged, with its label and its features."""

    judged: Judged
    known: MessageContext
    described: Described

    @property
    def at(self) -> datetime:
        """When the message arrived, as far as its header fields tell."""
        parsed = self.known.parsed
        return parsed.newest_received_at or parsed.sent_at or _NEVER


def read(found: Iterable[Found], label: str) -> Iterator[Labelled]:
    """Yield the messages that can be read, with their label."""
    for entry in found:
        if entry.raw is not None:
            parsed = parse_isolated(entry.raw)
            known = known_by_rules(parsed, imported_envelope(parsed, mail_from=entry.mail_from))
            judged = Judged(entry.label, known.outcome.verdict, _NO_MESSAGE, label=label)
            yield Labelled(judged, known, described(known))


_NO_MESSAGE = ParsedMessage()


def over_time(mail: Sequence[Labelled]) -> Iterator[Judged]:
    """Yield the verdict on each message by a model that learnt the others: five-fold, each fold a stretch of time."""
    for fold in range(FOLDS):
        known: list[Labelled] = []
        unknown: list[Labelled] = []
        for same in _by_label(mail):
            for index, one in enumerate(sorted(same, key=lambda one: (one.at, one.judged.path))):
                (unknown if index * FOLDS // len(same) == fold else known).append(one)
        yield from _judged(unknown, learnt_from(known))


def against(mail: Sequence[Labelled], other: Sequence[Labelled]) -> Iterator[Judged]:
    """Yield the verdicts on other mail by a model that learnt this."""
    return _judged(other, learnt_from(mail))


def learnt_from(mail: Sequence[Labelled]) -> Learnt:
    """Return the model of labelled mail, however little there is of it."""
    trained = train(_example(one) for one in mail)
    return Learnt(0, trained.model, trained.strengths)


def _example(one: Labelled) -> Example:
    # Paths sort the labels apart; their digests mix them, as those of features do.
    digest = hashlib.sha256(one.judged.path.encode()).hexdigest()
    return Example(digest, one.judged.label, one.described.message, one.described.rules, one.described.is_bulk)


def _by_label(mail: Sequence[Labelled]) -> Iterator[list[Labelled]]:
    for label in sorted({one.judged.label for one in mail}):
        yield [one for one in mail if one.judged.label == label]


def _judged(mail: Sequence[Labelled], learnt: Learnt) -> Iterator[Judged]:
    for one in mail:
        known = one.known
        verdict: Verdict = judge(known.message_to_judge, known.envelope, known.evidence.context, learnt.opinion)
        yield replace(one.judged, verdict=verdict)

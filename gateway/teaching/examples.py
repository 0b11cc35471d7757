"""Reads the messages of decisions, and keeps their features for the model."""

import logging
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet

from gateway.detect.learnt import LEARNT
from gateway.detect.weigh import weigh
from gateway.learning.decisions import DATABASE
from gateway.learning.features import features
from gateway.learning.linear_model import Places, places
from gateway.learning.training import CAUGHT
from gateway.models import LearningExample, Message, RawMail
from gateway.pipeline import judge_stored
from gateway.pipeline_steps.context import MessageContext
from gateway.rejudging.review import envelope_of
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)
AT_ONCE = 100
ATTEMPTS_AT_MOST = 3
GONE = "the message is no longer stored"
NOT_WHOLE = "the message could not be read whole"
FAILED = "the message could not be read"


def describe_waiting() -> int:
    """Read the messages of at most AT_ONCE waiting decisions, and return how many became ready.

    Safe to run twice at once. If the process dies, what it read is kept, and the rest waits; a message that ends the
    process each time is given up after `ATTEMPTS_AT_MOST`.
    """
    waiting = LearningExample.objects.using(DATABASE).filter(status=LearningExample.Status.WAITING).order_by("pk")
    return sum(_describe(example) for example in waiting[:AT_ONCE])


def _describe(example: LearningExample) -> bool:
    mine = LearningExample.objects.using(DATABASE).filter(
        pk=example.pk, label=example.label, decided_at=example.decided_at, status=LearningExample.Status.WAITING
    )
    if example.attempts >= ATTEMPTS_AT_MOST:
        return _give_up(mine, FAILED)
    mine.update(attempts=example.attempts + 1)
    raw = RawMail.objects.using(DATABASE).filter(pk=example.raw_sha256).first()
    if raw is None:
        return _give_up(mine, GONE)
    message = Message.objects.using(DATABASE).filter(raw=raw, account_id=example.account_id).order_by("-pk").first()
    try:
        known = judge_stored(
            read_raw(raw), partial(envelope_of, message), account_id=example.account_id, stored=message
        )
        found = described(known)
    except Exception:
        # Whatever it was, this message gets its next attempt, and the others theirs.
        logger.exception("the message of decision %s could not be read", example.pk)
        return False
    if known.parsed.unread:
        return _give_up(mine, NOT_WHOLE)
    ready = LearningExample.Status.READY
    return bool(mine.update(status=ready, features=found.message.to_bytes(), rules=found.rules, is_bulk=found.is_bulk))


@dataclass(frozen=True, slots=True)
class Described:
    """What is kept of a message that was decided on: its features, and what the rules made of it."""

    message: Places
    rules: float
    is_bulk: bool


def described(known: MessageContext) -> Described:
    """Return what is kept of a judged message: by the detectors' findings, without what was learnt before."""
    by_detector = known.verdict.by_detector.items()
    findings = [one for name, found in by_detector if name != LEARNT for one in found]
    weight = weigh(findings)
    rules = CAUGHT if weight.is_caught else weight.score
    return Described(places(features(known.evidence, findings)), rules, weight.is_bulk)


def _give_up(mine: "QuerySet[LearningExample]", why: str) -> bool:
    mine.update(status=LearningExample.Status.UNUSABLE, note=why)
    return False

"""The model that verdicts listen to, kept in each process and looked up again every five seconds."""

import logging
import time
from dataclasses import dataclass

from gateway.learning.decisions import DATABASE
from gateway.learning.linear_model import LinearModel
from gateway.learning.opinion import Learnt
from gateway.learning.training import Strengths
from gateway.models import LearningState, LearntVersion

logger = logging.getLogger(__name__)
_SECONDS = 5.0


@dataclass(slots=True)
class _Known:
    looked_at: float
    learnt: Learnt | None


_known: dict[str, _Known] = {}


def active_model(account_id: str) -> Learnt | None:
    """Return the model that the account's verdicts listen to, at most five seconds old, or None."""
    known = _known.get(account_id)
    now = time.monotonic()
    if known is not None and now - known.looked_at <= _SECONDS:
        return known.learnt
    number = _number(account_id)
    if known is None or number != (known.learnt.version if known.learnt else None):
        known = _known[account_id] = _Known(now, _load(number) if number is not None else None)
    known.looked_at = now
    return known.learnt


def forget() -> None:
    """Drop the cached models, so that this process looks them up at once."""
    _known.clear()


def _number(account_id: str) -> int | None:
    found = LearningState.objects.using(DATABASE).filter(pk=account_id, is_on=True)
    return found.values_list("version_id", flat=True).first()


def _load(number: int) -> Learnt | None:
    row = LearntVersion.objects.using(DATABASE).filter(pk=number).first()
    if row is None:
        return None
    try:
        return Learnt(row.pk, LinearModel.from_bytes(bytes(row.model)), Strengths(row.strength, row.bulk_strength))
    except ValueError:
        # A model of another size, from another version of the program: it has no say until one is made anew.
        logger.exception("version %s of the learnt model can't be used", number)
        return None

"""Deletes the history of senders whose mail is gone, and of strangers of whom nothing clean ever came."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Model
from django.utils import timezone

from gateway.models import Correspondence, NameHistory, RecipientHour, SenderHistory

DATABASE: Final = "gateway"
STRANGERS_KEPT: Final = timedelta(days=180)
HOURS_KEPT: Final = timedelta(days=31)
_AT_ONCE: Final = 200
_WITH_TIMES: Final[tuple[type[Model], ...]] = (SenderHistory, NameHistory, Correspondence)


def delete_history_slice(before: datetime) -> tuple[int, bool]:
    """Delete some rows that were last seen before a time. Return how many, and whether there may be more.

    If the process dies, the next slice goes on.
    """
    found = [_delete(model, last_seen__lt=before) for model in _WITH_TIMES]
    return sum(found), max(found) == _AT_ONCE


def delete_strangers_slice() -> tuple[int, bool]:
    """Delete some rows that say nothing: senders without a clean message for half a year, hours of a month ago."""
    now = timezone.now()
    hour = int((now - HOURS_KEPT).timestamp()) // 3600
    found = [
        _delete(SenderHistory, last_seen__lt=now - STRANGERS_KEPT, judged_clean=0),
        _delete(RecipientHour, hour__lt=hour),
    ]
    return sum(found), max(found) == _AT_ONCE


def _delete(model: type[Model], **which: object) -> int:
    rows = model._default_manager.using(DATABASE)
    keys = list(rows.filter(**which).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    rows.filter(pk__in=keys).delete()
    return len(keys)

"""Which messages are stored, and which retention has deleted by now, as their ids tell."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from gateway.ids import time_in
from gateway.models import Message

DATABASE = "gateway"
# SQLite takes at most 32,766 parameters in a statement, older builds 999.
_AT_ONCE = 400


def stored_ids(ids: Sequence[str], *, account_id: str) -> set[str]:
    """Return those of the investigate ids that are of a stored message."""
    found: set[str] = set()
    known = [one for one in ids if time_in(one) is not None]
    for start in range(0, len(known), _AT_ONCE):
        part = Message.objects.using(DATABASE).filter(
            investigate_id__in=known[start : start + _AT_ONCE], account_id=account_id
        )
        found.update(part.values_list("investigate_id", flat=True))
    return found


def is_expired(investigate_id: str) -> bool:
    """Return whether a message of this id is older than mail is kept. False where mail is kept for ever.

    A missing message that is not as old was lost in another way, as with another database.
    """
    scanned_at = time_in(investigate_id)
    days = settings.GATEWAY_MAIL_DAYS
    return bool(days and scanned_at is not None and scanned_at < timezone.now() - timedelta(days=days))

"""Messages that could not be read: kept, asked for again with growing pauses, and told without after the last try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from api_client import ApiError
from api_client.errors import ConnectionFailed, Forbidden, RateLimited, Unauthorized
from investigate.event_export.feed import mine
from investigate.event_export.models import Unread
from investigate.event_export.states import Place

TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
AT_ONCE = 20

WHOLE_API = (ConnectionFailed, RateLimited, Unauthorized, Forbidden)
"""Errors that tell nothing about one message: whoever meets them stops and tries later."""


def note_unread(place: Place, reference: str, error: ApiError) -> None:
    """Keep that this could not be read, to be asked for again."""
    Unread.objects.get_or_create(
        **mine(),
        place=place,
        reference=reference[:255],
        defaults={"why": error.reason[:1000], "next_at": timezone.now() + FIRST_PAUSE},
    )


def waiting_for(place: Place, references: list[str]) -> set[str]:
    """Return those of the references that could not be read and are asked for again."""
    rows = Unread.objects.filter(**mine(), place=place, given_up_at=None, reference__in=references)
    return set(rows.values_list("reference", flat=True))


def retry_unread(place: Place, tell: Callable[[str, bool], None]) -> None:
    """Try again what is due. `tell` gets the reference, and whether this is the last try, which must not fail.

    A row is deleted after it was told; events are known by their key, so a death in between repeats nothing. Raise
    ApiError if the API as a whole can't be asked.
    """
    due = Unread.objects.filter(**mine(), place=place, given_up_at=None, next_at__lte=timezone.now())
    for row in due.order_by("next_at")[:AT_ONCE]:
        is_last = row.tries >= TRIES
        try:
            tell(row.reference, is_last)
        except WHOLE_API:
            raise
        except ApiError as error:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**row.tries)
            Unread.objects.filter(pk=row.pk).update(
                tries=F("tries") + 1, why=error.reason[:1000], next_at=timezone.now() + pause
            )
            continue
        if is_last:
            Unread.objects.filter(pk=row.pk).update(given_up_at=timezone.now())
        else:
            Unread.objects.filter(pk=row.pk).delete()

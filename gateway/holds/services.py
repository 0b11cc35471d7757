"""Set and lift legal holds."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from gateway.models import LegalHold

DATABASE = "gateway"


def hold_set(
    *,
    account_id: str,
    name: str,
    reason: str,
    by: str,
    message_ids: Sequence[str] = (),
    recipients: Sequence[str] = (),
    senders: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> LegalHold:
    """Write a hold and return it. From the next slice on, retention keeps what it names.

    :raises ValueError: it names nothing, or a period that is over before it begins.
    """
    if not (message_ids or recipients or senders or since or until):
        raise ValueError("a hold names messages, recipients, senders or a period")
    if since and until and since >= until:
        raise ValueError("the period is over before it begins")
    return LegalHold.objects.using(DATABASE).create(
        account_id=account_id,
        name=name,
        reason=reason,
        message_ids=list(dict.fromkeys(message_ids)),
        recipients=list(dict.fromkeys(recipients)),
        senders=list(dict.fromkeys(senders)),
        since=since,
        until=until,
        set_by=by,
        set_at=timezone.now(),
    )


def hold_lift(hold_id: UUID, *, account_id: str, by: str) -> LegalHold | None:
    """Lift a hold and return it, or None if there is none. A hold that is lifted already stays as it is."""
    mine = LegalHold.objects.using(DATABASE).filter(pk=hold_id, account_id=account_id)
    mine.filter(lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)
    return mine.first()

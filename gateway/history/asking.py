"""Asks the history of a message's sender, with a bounded number of bounded queries."""

import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from gateway.detect.brands import is_free_mail
from gateway.detect.correspondents import Flood, KnownSender, Seen, Written
from gateway.detect.evidence import Evidence
from gateway.history.kept import own_recipients, sender_of
from gateway.mail.domains import domain_of, registrable_domain
from gateway.models import Correspondence, NameHistory, RecipientHour, SenderHistory

DATABASE: Final = "gateway"
MATURE_AFTER: Final = timedelta(days=14)
MATURE_FROM: Final = 1_000
"""Proven, clean messages from which a history can tell what is new, beside its age."""
FLOOD_FROM: Final = 30
_FLOOD_FACTOR: Final = 10
_HOURS: Final = 30 * 24
_FEWEST_HOURS: Final = 24
_MOST_ADDRESSES_OF_A_NAME: Final = 5
_ASKED_AGAIN_AFTER: Final = 60.0
_MATURE_FOR: Final = 3600.0

_mature: dict[str, tuple[float, bool]] = {}


def known_sender(account_id: str, evidence: Evidence, *, before: datetime | None = None) -> KnownSender:
    """Return what was seen of the sender before a time, by default now.

    The counts of a stored message contain that message itself; the times tell what was there before it.
    """
    sender, moment = sender_of(evidence), before or timezone.now()
    flood = _flood(account_id, own_recipients(evidence), moment)
    if not sender.address or sender.is_own:
        return KnownSender(flood=flood)
    rows = SenderHistory.objects.using(DATABASE).filter(account_id=account_id, first_seen__lt=moment)
    by_key = {(row.kind, row.key): row for row in rows.filter(key__in=[sender.address, sender.domain])}
    others, name_clean = _other_addresses(account_id, sender.name, sender.address, moment)
    letters = Correspondence.objects.using(DATABASE).filter(account_id=account_id, first_sent__lt=moment)
    return KnownSender(
        is_mature=is_mature(account_id, moment),
        address=_seen(by_key.get((SenderHistory.Kind.ADDRESS, sender.address)), moment),
        domain=_seen(by_key.get((SenderHistory.Kind.DOMAIN, sender.domain)), moment),
        written=_written(letters.filter(other=sender.address)),
        written_to_domain=_written(letters.filter(other_domain=sender.domain)),
        other_addresses=others,
        name_clean=name_clean,
        flood=flood,
    )


def is_mature(account_id: str, moment: datetime) -> bool:
    """Return whether the history is old and large enough to tell what is new. Asked at most once a minute."""
    asked, found = _mature.get(account_id, (0.0, False))
    if asked and time.monotonic() - asked < (_MATURE_FOR if found else _ASKED_AGAIN_AFTER):
        return found
    rows = SenderHistory.objects.using(DATABASE).filter(account_id=account_id, judged_clean__gt=0)
    counted = rows.filter(kind=SenderHistory.Kind.ADDRESS).aggregate(Min("first_seen"), Sum("judged_clean"))
    oldest, clean = counted["first_seen__min"], counted["judged_clean__sum"] or 0
    found = oldest is not None and oldest <= moment - MATURE_AFTER and clean >= MATURE_FROM
    _mature[account_id] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Drop what is known of the maturity of histories, so that it is asked for at once."""
    _mature.clear()


def _seen(row: SenderHistory | None, moment: datetime) -> Seen:
    if row is None:
        return Seen()
    proven = row.proven_first if row.proven_first is not None and row.proven_first < moment else None
    return Seen(row.first_seen, proven, row.messages, row.judged_clean if proven else 0, row.unwanted + row.threats)


def _written(rows: "QuerySet[Correspondence]") -> Written:
    found = rows.aggregate(Sum("sent"), Max("weeks"), Count("pk"), Min("first_sent"), Max("last_sent"))
    return Written(
        found["sent__sum"] or 0,
        found["weeks__max"] or 0,
        found["pk__count"],
        found["first_sent__min"],
        found["last_sent__max"],
    )


def _other_addresses(account_id: str, name: str, address: str, moment: datetime) -> tuple[tuple[str, ...], int]:
    """Return the other addresses of a name, unless it is used by many, or from this address or its domain too."""
    if not name:
        return (), 0
    rows = NameHistory.objects.using(DATABASE).filter(account_id=account_id, name=name, first_seen__lt=moment)
    found = list(rows.order_by("-judged_clean", "pk")[: _MOST_ADDRESSES_OF_A_NAME + 1])
    organisations = {_organisation(row.address) for row in found}
    if len(found) > _MOST_ADDRESSES_OF_A_NAME or _organisation(address) in organisations:
        return (), 0
    return tuple(row.address for row in found), sum(row.judged_clean for row in found)


def _organisation(address: str) -> str:
    domain = domain_of(address)
    # Addresses of one mail provider belong to different people.
    return address if is_free_mail(registrable_domain(domain)) else registrable_domain(domain) or domain


def _flood(account_id: str, recipients: Sequence[str], moment: datetime) -> Flood | None:
    """Return the recipient with the most mail in this hour, if that is far beyond the median of the last 30 days."""
    hour = int(moment.timestamp()) // 3600
    rows = RecipientHour.objects.using(DATABASE).filter(account_id=account_id)
    busy = rows.filter(recipient__in=recipients, hour=hour, messages__gte=FLOOD_FROM).order_by("-messages").first()
    if busy is None:
        return None
    before = rows.filter(recipient=busy.recipient, hour__lt=hour, hour__gte=hour - _HOURS)
    median = _median(before.values_list("messages", flat=True)[:_HOURS])
    if median is None or busy.messages < _FLOOD_FACTOR * median:
        return None
    return Flood(busy.recipient, busy.messages, median)


def _median(counts: Iterable[int]) -> float | None:
    found = list(counts)
    return statistics.median(found) if len(found) >= _FEWEST_HOURS else None

"""Asks the history of a message's sender, with a bounded number of bounded queries."""

import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min, Sum
from django.utils import timezone

from gateway.detect.brands import is_free_mail
from gateway.detect.correspondents import Flood, KnownSender, Seen
from gateway.detect.evidence import Evidence
from gateway.history.kept import own_recipients, sender_of
from gateway.history.stored import MOST_ADDRESSES_OF_A_NAME, STORED, StoredHistory
from gateway.mail.domains import domain_of, registrable_domain
from gateway.models import SenderHistory

DATABASE: Final = "gateway"
MATURE_AFTER: Final = timedelta(days=14)
MATURE_FROM: Final = 1_000
"""Proven, clean messages from which a history can tell what is new, beside its age."""
FLOOD_FROM: Final = 30
_FLOOD_FACTOR: Final = 10
_FEWEST_HOURS: Final = 24
_ASKED_AGAIN_AFTER: Final = 60.0
_MATURE_FOR: Final = 3600.0

_mature: dict[str, tuple[float, bool]] = {}


def known_sender(
    account_id: str, evidence: Evidence, *, before: datetime | None = None, history: StoredHistory = STORED
) -> KnownSender:
    """Return what was seen of the sender before a time, by default now.

    The counts of a stored message contain that message itself; the times tell what was there before it.
    """
    sender, moment = sender_of(evidence), before or timezone.now()
    flood = _flood(history, account_id, own_recipients(evidence), moment)
    if not sender.address or sender.is_own:
        return KnownSender(flood=flood)
    rows = history.senders(account_id, sender, moment)
    others, name_clean = _other_addresses(history, account_id, sender.name, sender.address, moment)
    written, written_to_domain = history.written(account_id, sender, moment)
    return KnownSender(
        is_mature=is_mature(account_id, moment),
        address=_seen(rows.get((SenderHistory.Kind.ADDRESS, sender.address)), moment),
        domain=_seen(rows.get((SenderHistory.Kind.DOMAIN, sender.domain)), moment),
        written=written,
        written_to_domain=written_to_domain,
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


def _other_addresses(
    history: StoredHistory, account_id: str, name: str, address: str, moment: datetime
) -> tuple[tuple[str, ...], int]:
    """Return the other addresses of a name, unless it is used by many, or from this address or its domain too."""
    if not name:
        return (), 0
    found = history.uses_of_name(account_id, name, moment)
    organisations = {_organisation(row.address) for row in found}
    if len(found) > MOST_ADDRESSES_OF_A_NAME or _organisation(address) in organisations:
        return (), 0
    return tuple(row.address for row in found), sum(row.judged_clean for row in found)


def _organisation(address: str) -> str:
    domain = domain_of(address)
    # Addresses of one mail provider belong to different people.
    return address if is_free_mail(registrable_domain(domain)) else registrable_domain(domain) or domain


def _flood(history: StoredHistory, account_id: str, recipients: Sequence[str], moment: datetime) -> Flood | None:
    """Return the recipient with the most mail in this hour, if that is far beyond the median of the last 30 days."""
    hour = int(moment.timestamp()) // 3600
    busy = history.busiest(account_id, recipients, hour, FLOOD_FROM) if recipients else None
    if busy is None:
        return None
    recipient, messages = busy
    median = _median(history.hours_before(account_id, recipient, hour).values())
    if median is None or messages < _FLOOD_FACTOR * median:
        return None
    return Flood(recipient, messages, median)


def _median(counts: Iterable[int]) -> float | None:
    found = list(counts)
    return statistics.median(found) if len(found) >= _FEWEST_HOURS else None

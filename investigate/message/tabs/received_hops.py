"""Parse the `Received` header fields into the hops of a message. The sender may have forged the earliest fields."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from api_client.models import Header

_LONGEST = 4096
_FROM = re.compile(r"\bfrom\s+([^\s;()]{1,255})", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]{1,255})", re.IGNORECASE)
_WITH = re.compile(r"\bwith\s+([^\s;()]{1,60})", re.IGNORECASE)
_IP = re.compile(r"\[(?:IPv6:)?([0-9a-f.:]{2,45})\]", re.IGNORECASE)
_LATE = 60.0


@dataclass(frozen=True, slots=True)
class Hop:
    """A hop: one server passed the message to the next.

    `delay` is the time in seconds since the previous hop, or None if unknown. `is_skewed` is true if the clock is
    behind that of the previous hop. `is_late` is true if the delay is more than a minute.
    """

    sender: str
    ip: str
    receiver: str
    protocol: str
    at: datetime | None
    delay: float | None = None

    @property
    def is_skewed(self) -> bool:
        return self.delay is not None and self.delay < -1

    @property
    def is_late(self) -> bool:
        return self.delay is not None and self.delay > _LATE


@dataclass(frozen=True, slots=True)
class ReceivedPath:
    """All hops in the order of delivery. `seconds` is the time from the first to the last, or None if unknown."""

    hops: list[Hop]
    seconds: float | None

    @property
    def longest(self) -> float:
        """Return the longest delay in seconds, the scale of the delay bars. It is never 0."""
        return max([hop.delay for hop in self.hops if hop.delay and hop.delay > 0], default=1.0)


def received_path_of(headers: Iterable[Header]) -> ReceivedPath:
    """Parse the `Received` fields. Missing parts stay empty."""
    hops = [_hop(header.value) for header in headers if header.name.casefold() == "received"]
    hops.reverse()
    timed: list[Hop] = []
    before: datetime | None = None
    for hop in hops:
        delay = (hop.at - before).total_seconds() if hop.at and before else None
        timed.append(Hop(hop.sender, hop.ip, hop.receiver, hop.protocol, hop.at, delay))
        before = hop.at or before
    times = [hop.at for hop in timed if hop.at]
    return ReceivedPath(timed, (times[-1] - times[0]).total_seconds() if len(times) > 1 else None)


def _hop(value: str) -> Hop:
    stamp, _, date = value[:_LONGEST].rpartition(";")
    stamp = stamp or value[:_LONGEST]
    by = _BY.search(stamp)
    before = stamp[: by.start()] if by else stamp
    sender, with_ = _FROM.search(before), _WITH.search(stamp[by.end() :] if by else stamp)
    ips = _IP.findall(before)
    return Hop(
        sender=sender.group(1) if sender else "",
        ip=ips[-1] if ips else "",
        receiver=by.group(1) if by else "",
        protocol=with_.group(1) if with_ else "",
        at=_moment(date.strip()),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

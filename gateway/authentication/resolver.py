"""The one resolver of the gateway: DNS queries with a cache and time limits.

Names come from mail, so a stranger chooses what is asked. Every query has a time limit, all queries of one message
have one together, the cache is bounded, and an answer that did not come is an error and never an empty answer.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

logger = logging.getLogger(__name__)

QUERY_SECONDS: Final = 2.0
_SHORTEST_TTL: Final = 10
_LONGEST_TTL: Final = 3600
_TTL_OF_NOTHING: Final = 60
_TTL_OF_ERRORS: Final = 10
_MOST_CACHED: Final = 20_000
_MOST_RECORDS: Final = 200
_PROBED_AGAIN_AFTER: Final = 60.0
_SILENCES_TO_PROBE: Final = 3
_OUTAGE_SECONDS: Final = 10.0


class NoDnsAnswer(Exception):
    """A name could not be asked: no server answered in time, or one reported a failure. Try again later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of a name and type, as text or, for TXT, as the joined bytes; empty if there are none.

    `exists` is False if the name does not exist. Records of MX are host names in the order of their preference.
    """

    records: tuple[str | bytes, ...] = ()
    exists: bool = True


class Resolver:
    """Asks the name servers, and keeps what they answered for as long as they say, within limits.

    `servers` are (address, port) pairs; without any, no server is configured and every query is an error. Safe to use
    in several threads.
    """

    def __init__(
        self, servers: Sequence[tuple[str, int]], *, query_seconds: float = QUERY_SECONDS, message_seconds: float = 6.0
    ) -> None:
        self._asks = dns.resolver.Resolver(configure=False)
        self._asks.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in servers]
        self._asks.timeout = query_seconds / max(1, min(len(servers), 2))
        self._asks.use_edns(0, 0, 1232)
        self._query_seconds = query_seconds
        self._message_seconds = message_seconds
        self._cache: OrderedDict[tuple[str, str], tuple[float, Answer | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._probing = threading.Lock()
        self._has_answered = False
        self._probed_at: float | None = None
        self._silences = 0
        self._out_until = 0.0

    def for_message(self) -> "Lookups":
        """Return what the checks of one message ask: its queries have a time limit together."""
        return Lookups(self, time.monotonic() + self._message_seconds)

    def ask(self, name: str, kind: str, *, seconds: float) -> Answer:
        """Return the records of a name. `kind` is a record type, such as TXT.

        A name that DNS can't have, such as one with a label of 64 characters, does not exist.

        :raises NoDnsAnswer: if there is no answer within the seconds.
        """
        key = (name.rstrip(".").lower(), kind)
        with self._lock:
            cached = self._cache.get(key)
            if cached is not None and cached[0] > time.monotonic():
                self._cache.move_to_end(key)
                return _or_error(cached[1], name)
            if self._out_until > time.monotonic():
                raise NoDnsAnswer(f"{name} could not be asked: no name server answers")
        parsed = name_of(key[0])
        if parsed is None:
            return Answer(exists=False)
        answer, ttl = self._query(parsed, kind, min(seconds, self._query_seconds))
        self._note_silence(is_silent=answer is None)
        if answer is None and seconds < self._query_seconds:
            # The message's time was over, which says nothing of the servers.
            return _or_error(None, name)
        with self._lock:
            self._cache[key] = (time.monotonic() + ttl, answer)
            self._cache.move_to_end(key)
            while len(self._cache) > _MOST_CACHED:
                self._cache.popitem(last=False)
        return _or_error(answer, name)

    def is_there(self) -> bool:
        """Return whether a name server has ever answered; ask for the root's once a minute until one does.

        The question is not one that a sender chose, so nobody can make the resolver look absent.
        """
        if self._has_answered:
            return True
        with self._probing:
            is_due = self._probed_at is None or time.monotonic() - self._probed_at > _PROBED_AGAIN_AFTER
            if self._has_answered or not is_due:
                return self._has_answered
            answer, _ttl = self._query(dns.name.root, "NS", self._query_seconds)
            self._probed_at = time.monotonic()
        if answer is None:
            logger.warning("no DNS server answers: authentication is not checked until one does")
        return self._has_answered

    def _note_silence(self, *, is_silent: bool) -> None:
        """Count queries in a row without an answer; after some, find out in the background if no server answers at all.

        During an outage queries fail at once for a few seconds, so that mail does not come in at the pace of their
        limit. A sender whose own servers are silent can't bring that about: what is asked then is the root.
        """
        with self._lock:
            self._silences = self._silences + 1 if is_silent else 0
            is_due = self._silences >= _SILENCES_TO_PROBE
        if is_due and self._probing.acquire(blocking=False):
            threading.Thread(target=self._probe, name="dns-probe", daemon=True).start()

    def _probe(self) -> None:
        try:
            answer, _ttl = self._query(dns.name.root, "NS", self._query_seconds)
            with self._lock:
                self._silences = 0
                if answer is None:
                    logger.warning("no DNS server answers: what can't be asked for is held back where it decides")
                    self._out_until = time.monotonic() + _OUTAGE_SECONDS
        finally:
            self._probing.release()

    def _query(self, name: dns.name.Name, kind: str, seconds: float) -> tuple[Answer | None, float]:
        """Ask the servers. Return the answer, or None if there was none, and how many seconds it may be kept."""
        if not self._asks.nameservers or seconds <= 0:
            return None, 0
        try:
            found = self._asks.resolve(name, kind, raise_on_no_answer=False, lifetime=seconds, search=False)
        except dns.resolver.NXDOMAIN:
            self._has_answered = True
            return Answer(exists=False), _TTL_OF_NOTHING
        except (dns.exception.DNSException, OSError, ValueError) as error:
            logger.info("no DNS answer for %s %s: %s", name, kind, type(error).__name__)
            return None, _TTL_OF_ERRORS
        self._has_answered = True
        if found.rrset is None:
            return Answer(), _TTL_OF_NOTHING
        return Answer(_records(found, kind)), min(max(found.rrset.ttl, _SHORTEST_TTL), _LONGEST_TTL)


class Lookups:
    """The DNS queries of one message, which end together at `until` on the monotonic clock."""

    def __init__(self, resolver: Resolver, until: float) -> None:
        self._resolver = resolver
        self._until = until

    def ask(self, name: str, kind: str) -> Answer:
        """Return the records of a name.

        :raises NoDnsAnswer: if there is no answer, or the message's time is over.
        """
        return self._resolver.ask(name, kind, seconds=self._until - time.monotonic())

    def texts(self, name: str) -> list[bytes]:
        """Return the TXT records of a name, the strings of each joined.

        :raises NoDnsAnswer: as `ask` does.
        """
        return [record for record in self.ask(name, "TXT").records if isinstance(record, bytes)]

    def names(self, name: str, kind: str) -> list[str]:
        """Return the records of a name that are addresses or host names.

        :raises NoDnsAnswer: as `ask` does.
        """
        return [record for record in self.ask(name, kind).records if isinstance(record, str)]


def name_of(text: str) -> dns.name.Name | None:
    """Return the DNS name that a text stands for, character by character, or None if DNS can't have it."""
    try:
        labels = [label.encode("ascii") for label in text.split(".")]
        return dns.name.Name([*labels, b""]) if all(labels) else None
    except (UnicodeEncodeError, dns.exception.DNSException):
        return None


def _or_error(answer: Answer | None, name: str) -> Answer:
    if answer is None:
        raise NoDnsAnswer(f"{name} could not be asked")
    return answer


def _records(found: dns.resolver.Answer, kind: str) -> tuple[str | bytes, ...]:
    if kind == "TXT":
        return tuple(b"".join(record.strings) for record in found)[:_MOST_RECORDS]
    if kind == "MX":
        ordered = sorted(found, key=lambda record: record.preference)
        return tuple(_host(record.exchange) for record in ordered)[:_MOST_RECORDS]
    if kind in {"PTR", "NS"}:
        return tuple(_host(record.target) for record in found)[:_MOST_RECORDS]
    return tuple(record.address for record in found)[:_MOST_RECORDS]


def _host(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()

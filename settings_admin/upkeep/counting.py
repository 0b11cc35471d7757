"""Count the uses of entries in the messages of a day, as search rows tell them.

A row names the pattern of the allow policy, trusted domain or blocked sender that applied; one of each at most, the
one that decided. Of content policies it names nothing, so subjects are tried on their expressions, and bodies are not.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

from django.utils import timezone

from api_client import ApiError, Client
from api_client.models import Message
from api_client.models.values import Disposition
from dashboard.backend import backend_fingerprint
from dashboard.overview.day_counters import DayCounter, Tally
from dashboard.overview.models import DayWalk
from dashboard.overview.ranges import DAYS
from settings_admin.entries.api import Policies
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, CONTENT_POLICIES, TRUSTED_DOMAINS, Kind, Values
from settings_admin.replay.policy_matching import Touching, disposition_of, touching
from settings_admin.upkeep.models import CountedDay, DayUse

CONTENT_AT_MOST: Final = 200
KEYS_AT_MOST: Final = 10_000
"""Patterns that are counted for one day and kind. A day with more is not complete."""
ENTRIES_SECONDS: Final = 60.0
_TRUSTED_TYPES: Final = frozenset({"domain_similarity", "domain_recency"})
_ALLOW_TYPES: Final = frozenset({"", "acceptable_sender", "allowed_sender", "allowed_recipient"})
_THREATS: Final = frozenset(
    {Disposition.MALICIOUS, Disposition.MALICIOUS_BEC, Disposition.SUSPICIOUS, Disposition.SPOOF}
)
_content: dict[str, tuple[float, list[tuple[str, Touching]] | None]] = {}


def use_key(kind: Kind, entry_id: str, values: Values) -> str:
    """Return the key under which an entry's uses are counted: of its pattern, or of its id for content policies."""
    return key_of(entry_id if kind is CONTENT_POLICIES else str(values.get("pattern") or ""))


def key_of(text: str) -> str:
    """Return the hash of a pattern or an id; case does not count."""
    return hashlib.sha256(text.strip().casefold().encode(errors="replace")).hexdigest()


class UseCounter(DayCounter):
    """Counter of uses. `uses` of a tally are {kind: {key: [hits, threats, reported, last arrival]}}."""

    name = "policy uses"

    def prepare(self, client: Client, messages: Sequence[Message]) -> Tally:
        """Return the uses in one page. Content policies that can't be read are left out, and said as unread."""
        content = _content_tests(client)
        uses: dict[str, dict[str, list[object]]] = {}
        for message in messages:
            for kind, key in {*_named(message), *_in_subject(message, content or [])}:
                _count(uses.setdefault(kind, {}), key, _of_one(message))
        return {"uses": uses, "unread": [CONTENT_POLICIES.resource] if content is None else []}

    def add(self, tally: Tally, more: Tally) -> None:
        """Add the uses of a page."""
        for kind, found in more["uses"].items():
            mine = tally.setdefault("uses", {}).setdefault(kind, {})
            for key, counts in found.items():
                if key in mine or len(mine) < KEYS_AT_MOST:
                    _count(mine, key, counts)
                else:
                    tally["is_cut"] = True
        tally["unread"] = sorted({*tally.get("unread", ()), *more["unread"]})

    def store(self, walk: DayWalk, tally: Tally) -> None:
        """Replace the uses of the day, and delete those of days that are no longer walked."""
        mine = {"account_id": walk.account_id, "backend": walk.backend}
        DayUse.objects.filter(day=walk.day, **mine).delete()
        rows = (
            DayUse(
                **mine,
                day=walk.day,
                kind=kind,
                key=key,
                hits=counts[0],
                threats=counts[1],
                reported=counts[2],
                last_at=counts[3] or None,
            )
            for kind, found in tally.get("uses", {}).items()
            for key, counts in found.items()
        )
        DayUse.objects.bulk_create(rows, batch_size=500)
        CountedDay.objects.update_or_create(
            account_id=walk.account_id,
            backend=walk.backend,
            day=walk.day,
            defaults={
                "as_of": walk.started_at or timezone.now(),
                "is_complete": not walk.gaps and not tally.get("is_cut"),
                "unread": tally.get("unread", []),
            },
        )
        oldest = timezone.now().date() - timedelta(days=DAYS)
        DayUse.objects.filter(day__lt=oldest, **mine).delete()
        CountedDay.objects.filter(day__lt=oldest, **mine).delete()


def _named(message: Message) -> Iterator[tuple[str, str]]:
    known = message.properties
    if known.blocklisted_pattern:
        yield BLOCK_SENDERS.resource, key_of(known.blocklisted_pattern)
    if known.allowlisted_pattern:
        how = (known.allowlisted_pattern_type or "").lower()
        if how in _TRUSTED_TYPES:
            yield TRUSTED_DOMAINS.resource, key_of(known.allowlisted_pattern)
        elif how in _ALLOW_TYPES:
            yield ALLOW_POLICIES.resource, key_of(known.allowlisted_pattern)


def _in_subject(message: Message, content: Sequence[tuple[str, Touching]]) -> Iterator[tuple[str, str]]:
    for entry_id, touch in content:
        if touch(message):
            yield CONTENT_POLICIES.resource, key_of(entry_id)


def _of_one(message: Message) -> list[object]:
    is_threat = disposition_of(message) in _THREATS and not message.is_quarantined
    at = message.scanned_at.isoformat() if message.scanned_at else ""
    return [1, int(is_threat), int(bool(message.is_phish_submission)), at]


def _count(found: dict[str, list[object]], key: str, more: list[object]) -> None:
    """Add counts under a key. Times are ISO texts in UTC, so the later one is the greater one."""
    mine = found.setdefault(key, [0, 0, 0, ""])
    for at in range(3):
        mine[at] = int(str(mine[at])) + int(str(more[at]))
    mine[3] = max(str(mine[3]), str(more[3]))


def _content_tests(client: Client) -> list[tuple[str, Touching]] | None:
    """Return a test for each content policy that looks into subjects, or None if they can't be read or are too many.

    They are read once a minute at most.
    """
    name, now = backend_fingerprint(), time.monotonic()
    known = _content.get(name)
    if known is None or now - known[0] > ENTRIES_SECONDS:
        try:
            entries = list(islice(Policies(CONTENT_POLICIES, client).everything(), CONTENT_AT_MOST + 1))
            tests = [(one.id, touching(CONTENT_POLICIES, one.values)) for one in entries]
            known = now, tests if len(entries) <= CONTENT_AT_MOST else None
        except (ApiError, ValueError):
            known = now, None
        _content[name] = known
    return known[1]

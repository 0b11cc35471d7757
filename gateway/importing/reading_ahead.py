"""Reads the messages of an import ahead, so that the parser's processes work while earlier messages are stored."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.conf import settings

from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.models import Message
from gateway.pipeline import READING_AHEAD, import_key, run
from gateway.pipeline_steps.context import MessageContext
from gateway.store.policy_cache import policy, trusted_authserv_ids

DATABASE: Final = "gateway"
MOST_MESSAGES: Final = 128
MOST_BYTES: Final = 8 * 1024 * 1024
"""What is stored together at most. A larger message is stored alone."""
LONGEST_WAIT: Final = 1.0
"""Seconds that messages wait to be stored for others that are still being read."""
_READERS: Final = 2
"""As many as the parser's pool has processes."""
_GROUPS_AHEAD: Final = 2


@dataclass(slots=True)
class Entry:
    """One message to import. `reading` is None if it could not be found, or is stored already or named before.

    `known` is what is known of it before it is read.
    """

    found: Found
    digest: str = ""
    key: str = ""
    known: MessageContext | None = None
    reading: "Future[MessageContext] | None" = None


def read_ahead(found: Iterable[Found], *, keep_dates: bool) -> Iterator[deque[Entry]]:
    """Yield the messages in groups, in their order. While the caller stores one group, the next ones are read."""
    ahead: deque[deque[Entry]] = deque()
    threads = ThreadPoolExecutor(_READERS, thread_name_prefix="read-ahead")
    try:
        for group in _groups(found):
            ahead.append(_begin(threads, group, keep_dates=keep_dates))
            if len(ahead) > _GROUPS_AHEAD:
                yield ahead.popleft()
        while ahead:
            yield ahead.popleft()
    finally:
        threads.shutdown(cancel_futures=True)


def take_read(entries: deque[Entry]) -> list[Entry]:
    """Take the entries at the front that are read, at least one. Wait a moment for all of them to be."""
    wait([entry.reading for entry in entries if entry.reading is not None], timeout=LONGEST_WAIT)
    if entries[0].reading is not None:
        wait([entries[0].reading])
    taken = []
    while entries and (entries[0].reading is None or entries[0].reading.done()):
        taken.append(entries.popleft())
    return taken


def stored_messages(keys: Iterable[str]) -> dict[str, Message]:
    """Return the messages that an import stored under these keys, with their ids and dispositions."""
    rows = Message.objects.using(DATABASE).only("investigate_id", "final_disposition", "import_key")
    return {str(row.import_key): row for row in rows.filter(import_key__in=[key for key in keys if key])}


def _groups(found: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    size = 0
    for one in found:
        length = len(one.raw or b"")
        if group and (len(group) == MOST_MESSAGES or size + length > MOST_BYTES):
            yield group
            group, size = [], 0
        group.append(one)
        size += length
    if group:
        yield group


def _begin(threads: Executor, group: Sequence[Found], *, keep_dates: bool) -> deque[Entry]:
    account_id = settings.GATEWAY_ACCOUNT_ID
    entries = deque(
        Entry(one)
        if one.raw is None
        else Entry(one, hashlib.sha256(one.raw).hexdigest(), import_key(one.raw, account_id))
        for one in group
    )
    named = set(stored_messages(entry.key for entry in entries))
    rules, trusted = policy(account_id), trusted_authserv_ids()
    for entry in entries:
        if entry.found.raw is None:
            continue
        entry.known = MessageContext(
            raw=entry.found.raw,
            account_id=account_id,
            envelope_source=partial(imported_envelope, mail_from=entry.found.mail_from),
            trusted_authserv_ids=trusted,
            import_key=entry.key,
            keep_date=keep_dates,
            policy=rules,
        )
        if entry.key not in named:
            named.add(entry.key)
            entry.reading = threads.submit(run, READING_AHEAD, entry.known)
    return entries

"""Keeps a few connections to each IMAP server open between calls, and rests after one could not be reached."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from gateway.mailboxes.imap.connecting import opened
from gateway.mailboxes.protocol import MailboxTrouble
from gateway.routes.route import ImapServer

logger = logging.getLogger(__name__)
KEPT_AT_MOST = 8
KEPT_SECONDS = 60.0
REST_SECONDS = 15.0

_Key = tuple[int, str, int, str, str, str]


class _Kept:
    """The idle connections of this process: by whom they are signed in, the longest unused first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.idle: OrderedDict[_Key, tuple[IMAPClient, float]] = OrderedDict()
        self.resting: dict[tuple[str, int], tuple[float, str]] = {}


_kept = _Kept()


@contextmanager
def connection(server: ImapServer, address: str) -> Iterator[IMAPClient]:
    """Lend a connection that is signed in to a mailbox. It is kept for the next call unless the block fails.

    A server that could not be reached is not asked for 15 seconds, so a thousand copies don't wait a thousand times.
    """
    key = (os.getpid(), server.host, server.port, server.login, server.master, address)
    client = _taken(key) or _new(server, address)
    try:
        yield client
    except BaseException:
        _close(client)
        raise
    _give_back(key, client)


def _taken(key: _Key) -> IMAPClient | None:
    with _kept.lock:
        found = _kept.idle.pop(key, None)
    if found is None:
        return None
    client, since = found
    if time.monotonic() - since > KEPT_SECONDS:
        _close(client)
        return None
    try:
        client.noop()
    except (OSError, IMAPClientError):
        _close(client)
        return None
    return client


def _new(server: ImapServer, address: str) -> IMAPClient:
    where = (server.host, server.port)
    with _kept.lock:
        until, reason = _kept.resting.get(where, (0.0, ""))
    if time.monotonic() < until:
        raise MailboxTrouble(reason)
    try:
        return opened(server, address)
    except MailboxTrouble as error:
        if isinstance(error.__cause__, OSError):
            logger.warning("IMAP at %s rests for %d seconds: %s", server.host, REST_SECONDS, error.strerror)
            with _kept.lock:
                _kept.resting[where] = (time.monotonic() + REST_SECONDS, error.strerror or "")
        raise


def _give_back(key: _Key, client: IMAPClient) -> None:
    with _kept.lock:
        earlier = [_kept.idle.pop(key)[0]] if key in _kept.idle else []
        _kept.idle[key] = (client, time.monotonic())
        while len(_kept.idle) > KEPT_AT_MOST:
            earlier.append(_kept.idle.popitem(last=False)[1][0])
    for one in earlier:
        _close(one)


def _close(client: IMAPClient) -> None:
    with suppress(OSError, IMAPClientError):
        client.shutdown()


def forget() -> None:
    """Close all idle connections and end all rests, as tests and a change of routes need."""
    with _kept.lock:
        idle = [client for client, _ in _kept.idle.values()]
        _kept.idle.clear()
        _kept.resting.clear()
    for client in idle:
        _close(client)

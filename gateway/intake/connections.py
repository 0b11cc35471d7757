"""How many SMTP connections there are, in all and for each peer, and which of them must go for a new one."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from gateway.intake.peers import share_of

logger = logging.getLogger(__name__)

TOO_MANY: Final = b"421 4.7.0 too many connections, try again later\r\n"
# A connection that has kept the server waiting this long makes room when there is none.
_WAITS_TOO_LONG: Final = 20.0


class Closable(Protocol):
    """A connection as the limits see it."""

    @property
    def peer(self) -> str: ...

    @property
    def waits_since(self) -> float | None: ...

    def close_for_others(self) -> None: ...


class Connections:
    """The open connections of one intake.

    `is_own` says which peers have no limit of their own. `seconds` is a clock.
    """

    def __init__(
        self,
        *,
        in_all: int,
        for_each_peer: int,
        is_own: Callable[[str], bool],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.in_all = in_all
        self.for_each_peer = for_each_peer
        self.is_own = is_own
        self._seconds = seconds
        self._open: dict[Closable, str] = {}

    def __len__(self) -> int:
        return len(self._open)

    def admits(self, peer: str) -> bool:
        """Return whether one more connection of `peer` fits. One that has waited too long is closed for it."""
        share = share_of(peer)
        if not self.is_own(peer) and not self._has_room(
            [one for one, other in self._open.items() if other == share], self.for_each_peer
        ):
            return False
        return self._has_room(list(self._open), self.in_all)

    def _has_room(self, among: list[Closable], most: int) -> bool:
        if len(among) < most:
            return True
        now = self._seconds()
        waiting = [(one.waits_since, one) for one in among if one.waits_since is not None]
        since, longest = min(waiting, key=lambda entry: entry[0], default=(now, None))
        if longest is None or now - since < _WAITS_TOO_LONG:
            return False
        self.remove(longest)
        longest.close_for_others()
        return True

    def add(self, connection: Closable) -> None:
        """Count an open connection."""
        self._open[connection] = share_of(connection.peer)

    def remove(self, connection: Closable) -> None:
        """Count a connection no longer. It may have been removed before."""
        self._open.pop(connection, None)


class Doorkeeper(asyncio.Protocol):
    """Protocol of a connection that was just accepted: hands it to a session, or answers 421 and closes it."""

    def __init__(self, connections: Connections, session: Callable[[], asyncio.Protocol]) -> None:
        self._connections = connections
        self._session = session

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit or refuse the peer."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - the server listens for TCP
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._connections.admits(peer):
            logger.info("a connection was refused: %s are open", len(self._connections))
            transport.write(TOO_MANY)
            transport.close()
            return
        session = self._session()
        transport.set_protocol(session)
        session.connection_made(transport)


class Waiting:
    """Since when a session waits for its peer; None while the server works for it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self.since: float | None = seconds()

    def begins(self) -> None:
        """The server has answered and waits for the next command."""
        self.since = self._seconds()

    @contextmanager
    def pauses(self) -> Iterator[None]:
        """Within this block the peer waits for the server."""
        self.since = None
        try:
            yield
        finally:
            self.begins()

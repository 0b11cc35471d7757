"""The next hop of all mail: an LMTP server that counts what it took, by message and recipient."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

from tests.hosts.network import HERE

PORT = 2424
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


class NextHop:
    """What came, and how often. Each copy is counted before it is acknowledged."""

    def __init__(self) -> None:
        self.came: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        found = _MESSAGE_ID.search(envelope.content)
        for recipient in envelope.rcpt_tos:
            self.came[found[1].decode() if found else "", recipient] += 1
        return "250 2.0.0 kept"


class _Controller(Controller):
    def factory(self) -> LMTP:
        return LMTP(self.handler)


@contextmanager
def next_hop() -> Iterator[NextHop]:
    """Run the server until the end of the block."""
    hop = NextHop()
    controller = _Controller(hop, hostname=HERE, port=PORT)
    controller.start()
    try:
        yield hop
    finally:
        controller.stop()

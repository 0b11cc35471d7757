"""NDJSON by HTTPS: batches of lines, compressed, with a token in a header field."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dashboard.outbox.posting import Poster
from investigate.event_export.models import Destination
from investigate.event_export.secrets import open_secret
from investigate.event_export.sending.lines import Line
from investigate.event_export.sending.posts import posts_to


class NdjsonSender:
    """Sends batches to one collector."""

    def __init__(self, poster: Poster, url: str, header: str, token: str) -> None:
        self._poster, self._url, self._header, self._token = poster, url, header, token

    def send_lines(self, lines: Sequence[Line]) -> None:
        """Post the lines as one body. Raise TryLater or Refused."""
        body = gzip.compress("".join(f"{line.content}\n" for line in lines).encode("ascii"), compresslevel=6, mtime=0)
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        if self._header and self._token:
            headers[self._header] = self._token
        self._poster.post(self._url, content=body, headers=headers)


@contextmanager
def open_ndjson(destination: Destination) -> Iterator[NdjsonSender]:
    """Open a way to the collector. Raise TryLater if there is none, Unreadable if its token can't be read."""
    token = open_secret(destination.token)
    with posts_to(destination) as poster:
        yield NdjsonSender(poster, destination.address, destination.header, token)

"""Fetch a message's source and extract the text of its parts, with limits, since the message is untrusted input."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from html.parser import HTMLParser
from typing import Final

from api_client import Client
from api_client.errors import BadRequest, Conflict, Forbidden, NotFound

BYTES_AT_MOST: Final = 4 * 1024 * 1024
CHARACTERS_AT_MOST: Final = 1_000_000
_PARTS_AT_MOST: Final = 200
_UNREADABLE: Final = (NotFound, Forbidden, BadRequest, Conflict)
# Prefixes of charsets whose decoders run in linear time. Text in other charsets is decoded as Latin-1.
_CHARSETS: Final = ("utf", "ascii", "us-ascii", "iso", "latin", "windows", "cp", "koi8", "gb", "big5", "shift", "euc")


def source_texts(client: Client, message_id: str) -> list[str] | None:
    """Return the texts of a message's source, or None if the API won't give it. Raise ApiError for other failures."""
    try:
        return texts_of(client.investigate.raw.download(message_id).content)
    except _UNREADABLE:
        return None


def texts_of(raw: bytes) -> list[str]:
    """Return the text of each plain and HTML part. Return an empty list if the message can't be parsed."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw[:BYTES_AT_MOST])
        return [text[:CHARACTERS_AT_MOST] for text in _texts(message) if text.strip()]
    except (RecursionError, MemoryError, ValueError, LookupError):
        return []


def _texts(message: Message) -> Iterator[str]:
    for number, part in enumerate(message.walk()):
        if number >= _PARTS_AT_MOST:
            return
        kind = part.get_content_type()
        if part.is_multipart() or kind not in {"text/plain", "text/html"}:
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        text = payload[: CHARACTERS_AT_MOST * 4].decode(_charset(part), "replace")
        yield _without_markup(text) if kind == "text/html" else text


def _charset(part: Message) -> str:
    name = str(part.get_param("charset") or "utf-8").strip("\"' ").lower()
    try:
        known = codecs.lookup(name).name if name.startswith(_CHARSETS) else ""
    except (LookupError, ValueError):
        known = ""
    return known or "latin-1"


class _Text(HTMLParser):
    """Collect the text of an HTML document, without the contents of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as inherited
        self._hidden += tag in {"script", "style"}
        if tag in {"br", "p", "div", "td", "tr", "li"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in {"script", "style"}))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _without_markup(text: str) -> str:
    parser = _Text()
    parser.feed(text[:CHARACTERS_AT_MOST])
    parser.close()
    return "".join(parser.pieces)

"""Answers to requests that are refused before Django sees them: a small page, or the API's envelope."""

import json
from dataclasses import dataclass
from typing import Final

from dashboard.web_server.body_limits import API

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><h1>{title}</h1><p>{text}</p></html>\n"
)
_TOO_LARGE: Final = 1006
_UNAVAILABLE: Final = 1503
_DISK_FULL: Final = 1507


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal: status, reason, text, and the API's error code. `body` needs the request's path for its form."""

    status: int
    reason: str
    text: str
    code: int
    retry_after: int | None = None

    def answer(self, path: str) -> tuple[list[tuple[str, str]], bytes]:
        """Return header fields and body: JSON in the envelope below the API's path, else a page."""
        if path.startswith(API):
            errors = [{"code": self.code, "message": self.text}]
            envelope = {"success": False, "errors": errors, "messages": [], "result": None}
            kind, body = "application/json", json.dumps(envelope).encode()
        else:
            kind, body = "text/html; charset=utf-8", _PAGE.format(title=self.reason, text=self.text).encode()
        headers = [("Content-Type", kind), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        if self.retry_after is not None:
            headers.append(("Retry-After", str(self.retry_after)))
        return headers, body


def too_large(most: int) -> Refusal:
    """Return the refusal of a body of more than `most` bytes."""
    text = f"The body is too large: at most {most:,} bytes are taken here. Nothing of it was stored."
    return Refusal(413, "Content Too Large", text, _TOO_LARGE)


def busy() -> Refusal:
    """Return the refusal of a large body while others are being received."""
    text = "Too many large files are being received at this moment. Nothing was stored. Try again in a minute."
    return Refusal(503, "Service Unavailable", text, _UNAVAILABLE, retry_after=60)


def no_room() -> Refusal:
    """Return the refusal of a body that can't be stored until it is whole."""
    text = "The server has no room on its disk for the request. Nothing was stored. An admin has to free space."
    return Refusal(507, "Insufficient Storage", text, _DISK_FULL, retry_after=60)

"""Remove from log lines what must not be in them: links, addresses, queries, tokens, passwords, and mail.

Code of this project logs ids and the names of errors, never what a message holds. This filter is the second line: it
also sees what libraries log, and the texts of exceptions.
"""

import logging
import re
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import DatabaseError

CHARACTERS_AT_MOST = 1000
_FRAMES = 12
_SECRETS = ("SECRET_KEY", "CLOUDFLARE_API_TOKEN", "GATEHOUSE_AUDIT_KEY", "EMAIL_HOST_PASSWORD")

_NAMED = (
    r"(?:pass(?:word|wd)?|secret|token|api[-_ ]?key|auth[-_ ]?key|authorization|cookie"
    r"|session(?:id|[-_ ]?key)?|csrf\w*)"
)
_VALUE = r"(?:'[^']*'|\"[^\"]*\"|[^\s,;&]+)"
_RULES: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{4,}"), r"\1 [secret]"),
    (re.compile(r"gatehouse_[0-9A-Za-z]{20,}"), "[secret]"),
    (
        re.compile(rf"(?i)(['\"]?\b[\w-]{{0,20}}{_NAMED}['\"]?\s*[:=]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&]+)"),
        r"\1[secret]",
    ),
    (re.compile(r"(?i)\b(?:https?|hxxps?|ftp|ws|wss|redis|postgres(?:ql)?|smtps?|data|mailto):[^\s'\"<>]+"), "[link]"),
    # Paths whose last parts are a token: invitations, resets of a password, and what recipients of mail open.
    (re.compile(r"(?i)(/welcome/|/reset/key/|/confirm-email/|/held/[a-z]{3,9}/)[^\s'\"]+"), r"\1[secret]"),
    # A query has what somebody searched for.
    (re.compile(r"(/[^\s?'\"]{0,200})\?[^\s'\"]+"), r"\1?[query]"),
    (re.compile(r"[^\s<>()\[\]'\",;:@]{1,64}@[^\s<>()\[\]'\",;:@]+"), "[address]"),
]


class Redaction(logging.Filter):
    """Replace each record's message by its redacted text, and its exception by what may be told of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record. It is never dropped. A record is redacted once, however many handlers it passes."""
        if not getattr(record, "is_redacted", False):
            record.msg, record.args = redacted(_text_of(record)), ()
            record.trouble = _trouble(record.exc_info) if record.exc_info else None
            record.exc_info = record.exc_text = record.stack_info = None
            record.is_redacted = True
        return True


def redacted(text: str) -> str:
    """Return the text without secrets, links, addresses and queries, at most CHARACTERS_AT_MOST long."""
    # Cut before the rules run too: they take a time that grows with the length, 20 ms for this one at worst.
    text = text[: 2 * CHARACTERS_AT_MOST]
    for name in _SECRETS:
        if secret := str(getattr(settings, name, "") or ""):
            text = text.replace(secret, "[secret]")
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text if len(text) <= CHARACTERS_AT_MOST else f"{text[:CHARACTERS_AT_MOST]}…"


def _text_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)


def _trouble(
    raised: bool | tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | Any,
) -> dict[str, Any] | None:
    """Return an exception's type, the places that it passed, and its text if it is of the system or a database.

    Other texts, as those of a parser, quote what they failed on. A database's detail quotes values: its first line is
    enough.
    """
    if not isinstance(raised, tuple) or raised[1] is None:
        return None
    error: BaseException = raised[1]
    frames = traceback.extract_tb(raised[2])[-_FRAMES:]
    told: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, OSError | DatabaseError):
        told["text"] = redacted(str(error).partition("\n")[0])
    return told

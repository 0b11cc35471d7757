"""Finds what the owner of a Maildir sent about a message: in its folder `.Sent`, by In-Reply-To and References."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.mailboxes.protocol import SENT_AT_MOST, SENT_BYTES, MailCopy, NotSupported

SENT = ".Sent"
_FILES_AT_MOST = 20_000
_READ_AT_MOST = 500
_HEADER_BYTES = 32_768
_DAY_SECONDS = 86_400


def sent_about(box: Path, copy: MailCopy) -> list[bytes]:
    """Return the beginnings of sent messages that name the copy's Message-ID, of the newest 500 since it came."""
    newest = _newest(box / SENT, since=copy.arrived_at.timestamp() - _DAY_SECONDS)
    name = copy.message_id.strip().encode("utf-8", "surrogateescape")
    if not name:
        return []
    found = []
    for path in newest:
        try:
            with open(path, "rb") as file:
                head = file.read(SENT_BYTES)
        except FileNotFoundError:
            continue
        if name in head[:_HEADER_BYTES]:
            found.append(head)
        if len(found) >= SENT_AT_MOST:
            break
    return found


def _newest(folder: Path, *, since: float) -> list[str]:
    if not folder.is_dir():
        raise NotSupported("the mailbox has no folder for sent mail")
    found: list[tuple[float, str]] = []
    for part in ("cur", "new"):
        try:
            entries = os.scandir(folder / part)
        except FileNotFoundError:
            continue
        with entries:
            for number, entry in enumerate(entries):
                if number >= _FILES_AT_MOST:
                    raise NotSupported("the folder for sent mail has too many messages to look through")
                try:
                    if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime >= since:
                        found.append((entry.stat().st_mtime, entry.path))
                except FileNotFoundError:
                    continue
    return [path for _, path in sorted(found, reverse=True)[:_READ_AT_MOST]]

"""Where the chain ended, kept outside of the database: entries that vanish from its end are missed.

`audit/head.json` has the newest end, and `audit/heads.jsonl` one line an hour. Both can be copied to another machine;
the log has the same line, so a log server keeps it too. A head is proven by the key, as the entries are.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dashboard.audit.chain.canonical import seal
from dashboard.audit.chain.rows import chain_key
from dashboard.audit.models import AuditEntry

logger = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a time: the position and hash of its last entry."""

    position: int
    hash: str
    at: str
    mac: str

    @property
    def is_ours(self) -> bool:
        """Whether it was written by who holds the key."""
        return secrets.compare_digest(self.mac, seal(chain_key(), self.hash))


def _folder() -> Path:
    return Path(settings.GATEHOUSE_HOME) / "audit"


def keep_head() -> bool:
    """Write the end of the chain to the files and the log, if it moved. Return whether it did.

    If the process dies in between, the older head stays: it is replaced as a whole, and the next call writes it again.
    """
    last = AuditEntry.objects.filter(position__isnull=False).order_by("-position").first()
    known = newest_head()
    if last is None or (known and known.position >= (last.position or 0)):
        return False
    now = timezone.now().astimezone(UTC)
    head = Head(last.position or 0, last.hash, now.isoformat(timespec="seconds"), last.mac)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(folder / "head.json", json.dumps(asdict(head)))
    lines = folder / "heads.jsonl"
    if not lines.exists() or _modified(lines) < now - _EVERY:
        with os.fdopen(os.open(lines, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(json.dumps(asdict(head)) + "\n")
        logger.info("The audit chain ends at %s with %s", head.position, head.hash)
    return True


def newest_head() -> Head | None:
    """Return the newest head that is kept, or None. An unreadable file is no head: `kept_heads` raises for it."""
    try:
        return Head(**json.loads((_folder() / "head.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def kept_heads() -> Iterator[Head]:
    """Yield all kept heads, oldest first, one line at a time. Raise ValueError for a line that is none."""
    for name in ("heads.jsonl", "head.json"):
        path = _folder() / name
        if not path.exists():
            continue
        with path.open() as file:
            for line in filter(str.strip, file):
                try:
                    yield Head(**json.loads(line))
                except (ValueError, TypeError) as error:
                    raise ValueError(f"{path} has a line that is no head of the chain") from error


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

"""What campaigns are recognised by: the traits of one message, taken from a row of the API."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api_client.models import Message
from dashboard.mail_text import domain_of

LONGEST_VALUE = 200
"""Longer values of a trait are cut. A sender can write any length."""
MOST_VALUES = 8
MINHASH_VALUES = 64
MINHASH_BYTES = 2 * MINHASH_VALUES

_THREATS = frozenset({"MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SUSPICIOUS"})
_PREFIX = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg|tr|sv|antw)\s*:)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_FEWEST_SUBJECT_WORDS = 2
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one message. What it lacks is empty.

    `minhash` is the MinHash of its text: 64 big-endian 16-bit numbers. `text` and `structure` are the API's hashes of
    its text and its HTML. `subject` is the subject without numbers and recipients' names. `reply_to` is set only if
    replies go to another domain than the sender's. `hosts` are the registered domains of its links without the
    sender's, `paths` the shapes of their paths. `files` are hashes of the attachments, `file_names` their shapes.
    """

    id: str
    at: datetime
    is_threat: bool = False
    minhash: bytes = b""
    text: str = ""
    structure: str = ""
    subject: str = ""
    reply_to: str = ""
    sender: str = ""
    name: str = ""
    ip: str = ""
    hop: str = ""
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, value) of each trait but the MinHash."""
        for kind in _SINGLE:
            value = getattr(self, kind)
            if value:
                yield kind, value
        for kind in _SEVERAL:
            for value in getattr(self, kind):
                yield kind, value

    def to_json(self) -> dict[str, Any]:
        """Return the traits as data for a JSON column, without `id`, `at` and `is_threat`, which are columns."""
        kept: dict[str, Any] = {kind: getattr(self, kind) for kind in _SINGLE if getattr(self, kind)}
        kept |= {kind: list(getattr(self, kind)) for kind in _SEVERAL if getattr(self, kind)}
        if self.minhash:
            kept["minhash"] = base64.b64encode(self.minhash).decode()
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any], *, id: str, at: datetime, is_threat: bool) -> Traits:
        """Return the traits that `to_json` encoded."""
        lists: dict[str, Any] = {kind: tuple(kept[kind]) for kind in _SEVERAL if kind in kept}
        single = {kind: kept[kind] for kind in _SINGLE if kind in kept}
        return cls(id=id, at=at, is_threat=is_threat, minhash=_minhash(kept.get("minhash")), **single, **lists)


_SINGLE = ("text", "structure", "subject", "reply_to", "sender", "name", "ip", "hop")
_SEVERAL = ("hosts", "paths", "files", "file_names")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def traits_of(row: Message) -> Traits:
    """Return the traits of a message. Backends without `gatehouse_features` give fewer of them."""
    sender, reply_to, more = _lower(row.from_), _lower(row.replyto), row.gatehouse_features
    domain = domain_of(sender)
    names = [*row.client_recipients, *(row.to or ()), *(row.to_name or ())]
    return Traits(
        id=row.id,
        at=row.scanned_at or _EPOCH,
        is_threat=is_threat(row.final_disposition),
        text=_lower(row.edf_hash),
        structure=_lower(row.htmltext_structure_hash),
        subject=subject_template(row.subject or "", names),
        reply_to=reply_to if reply_to and domain_of(reply_to) != domain else "",
        sender=sender,
        name=_lower(row.from_name),
        ip=_lower(row.smtp_helo_server_ip),
        hop=_lower(row.smtp_previous_hop_ip),
        minhash=_minhash(more.text_minhash) if more else b"",
        hosts=several(host for host in more.link_domains if not is_within(domain, host.lower())) if more else (),
        paths=several(iter(more.link_paths)) if more else (),
        files=several(iter(more.attachment_hashes)) if more else (),
        file_names=several(iter(more.attachment_names)) if more else (),
    )


def is_threat(disposition: str | None) -> bool:
    """Return whether the API judged a message to be a threat or suspicious. Spam and bulk mail are neither."""
    return (disposition or "").upper() in _THREATS


def subject_template(subject: str, names: list[str]) -> str:
    """Return the subject without reply prefixes, words with digits and the words of `names`, in lower case.

    It is empty if fewer than two words remain, because one word tells nothing.
    """
    personal = {
        word for name in names[:MOST_VALUES] for word in _WORD.findall(name.lower()) if len(word) >= _SHORTEST_NAME
    }
    words = _WORD.findall(_PREFIX.sub("", subject[:1000]).lower())
    lasting = [word for word in words if word not in personal and not any(letter.isdigit() for letter in word)]
    return storable(" ".join(lasting))[:LONGEST_VALUE] if len(lasting) >= _FEWEST_SUBJECT_WORDS else ""


def is_within(domain: str, host: str) -> bool:
    """Return whether a domain is a host or lies in it."""
    return domain == host or domain.endswith(f".{host}")


def _lower(value: str | None) -> str:
    return storable(value or "").strip().lower()[:LONGEST_VALUE]


def storable(text: str) -> str:
    """Return the text without what a database refuses: NUL, and halves of surrogate pairs. A server may send both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def several(values: Iterator[str]) -> tuple[str, ...]:
    """Return the first MOST_VALUES of the different values in alphabetical order, in lower case and cut."""
    return tuple(sorted({_lower(value) for value in values} - {""})[:MOST_VALUES])


def _minhash(encoded: str | None) -> bytes:
    try:
        found = base64.b64decode(encoded or "", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if len(found) == MINHASH_BYTES else b""

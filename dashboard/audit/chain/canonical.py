"""Canonical form of audit rows, and the digests and hashes that chain them. Needs Python's standard library alone.

A row is a dictionary of JSON values. Each personal field, and each top-level key of `detail`, enters the chain only as
a keyed digest, so its value can be erased and the chain still verifies. The evidence pack carries this very file as its
verifier, so nothing here may import anything else of the project.
"""

import hashlib
import hmac
import json
from typing import Any

VERSION = "gatehouse-audit-1"
GENESIS = "0" * 64
"""The previous hash of the first row."""

PERSONAL = ("user_id", "username", "ip", "user_agent", "object_id")
"""Fields that can name a person. They may be erased, as may the values in `detail`."""

PLAIN = (
    *("at", "role", "action", "object_kind", "account_id", "backend", "outcome", "request_id", "follows_id"),
    "salt",
)
"""Fields that enter the hash as they are."""

WHOLE = "row"
"""Name of the digest over the plain fields: a keyed proof of a row that is not sealed yet."""

Row = dict[str, Any]


def canonical(value: Any) -> bytes:
    """Return a JSON value as the bytes that are hashed: sorted keys, no blanks, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def row_key(key: bytes, salt: str) -> bytes:
    """Return the key of one row's digests. It tells nothing of the installation's key or of another row's."""
    return hmac.new(key, f"row:{salt}".encode(), hashlib.sha256).digest()


def values_of(row: Row) -> dict[str, Any]:
    """Return the values that are digested, by the digest's name. Empty values have none."""
    found = {name: row[name] for name in PERSONAL}
    found |= {f"detail.{name}": value for name, value in (row["detail"] or {}).items()}
    return {name: value for name, value in found.items() if value not in (None, "")}


def digest(key_of_row: bytes, name: str, value: Any) -> str:
    """Return the keyed digest of one value, in hexadecimal."""
    return hmac.new(key_of_row, name.encode() + b"\0" + canonical(value), hashlib.sha256).hexdigest()


def digests_of(row: Row, key_of_row: bytes) -> dict[str, str]:
    """Return the digests of a new row's values, and the one over its plain fields."""
    found = {name: digest(key_of_row, name, value) for name, value in values_of(row).items()}
    return found | {WHOLE: digest(key_of_row, WHOLE, _plain(row))}


def wrong_digests(row: Row, key_of_row: bytes) -> list[str]:
    """Return the names of the values that are not what was digested. An erased value, which is empty, is not wrong."""
    known: dict[str, str] = row["digests"] or {}
    expected = digests_of(row, key_of_row)
    return sorted(name for name, made in expected.items() if not hmac.compare_digest(known.get(name, ""), made))


def erased(row: Row) -> list[str]:
    """Return the names of the values that were erased: they have a digest and no value."""
    return sorted(set(row["digests"] or {}) - set(values_of(row)) - {WHOLE})


def content_digest(row: Row) -> str:
    """Return the digest of what the chain holds of a row, in hexadecimal. It discloses nothing of the row."""
    return hashlib.sha256(canonical(_plain(row) | {"id": row["id"], "digests": row["digests"]})).hexdigest()


def link_hash(content: str, position: int, previous: str) -> str:
    """Return the hash at a position of the chain. `content` is the row's digest, `previous` the hash before it."""
    return hashlib.sha256(canonical([VERSION, position, previous, content])).hexdigest()


def chain_hash(row: Row, position: int, previous: str) -> str:
    """Return the row's hash at a position of the chain, in hexadecimal. `previous` is the hash before it."""
    return link_hash(content_digest(row), position, previous)


def seal(key: bytes, made: str) -> str:
    """Return the proof that a hash was made by who holds the key: without it, a chain can't be made anew."""
    return hmac.new(key, f"seal:{made}".encode(), hashlib.sha256).hexdigest()


def _plain(row: Row) -> Row:
    return {name: row[name] for name in PLAIN}

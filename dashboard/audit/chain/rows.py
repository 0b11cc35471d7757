"""Audit rows as the chain sees them, and the key of their digests."""

from datetime import UTC
from ipaddress import ip_address
from typing import Any

from django.conf import settings

from dashboard.audit.chain.canonical import Row


def row_of(entry: Any) -> Row:
    """Return an entry as a dictionary of JSON values. `entry` may be of a migration's historical model."""
    return {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user_id": entry.user_id,
        "username": entry.username,
        "role": entry.role,
        "ip": str(ip_address(entry.ip)) if entry.ip else None,
        "user_agent": entry.user_agent,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "account_id": entry.account_id,
        "backend": entry.backend,
        "outcome": entry.outcome,
        "request_id": entry.request_id,
        "follows_id": entry.follows_id,
        "detail": entry.detail or {},
        "salt": entry.salt,
        "digests": entry.digests or {},
    }


def chain_key() -> bytes:
    """Return the installation's key. It is kept outside of the database."""
    return str(settings.GATEHOUSE_AUDIT_KEY).encode()

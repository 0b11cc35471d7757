"""Keys of campaigns, and the rows of the configured backend."""

from __future__ import annotations

import hashlib
from typing import Any

from dashboard.backend import backend_account_id, backend_fingerprint


def key_of(message_id: str) -> str:
    """Return the key of a campaign whose oldest message this is: 16 hex digits."""
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:16]


def backend_columns() -> dict[str, Any]:
    """Return the columns that tell the configured backend's rows from others."""
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def mine(model: Any) -> Any:
    """Return the rows of the model that belong to the configured backend."""
    return model._default_manager.filter(**backend_columns())

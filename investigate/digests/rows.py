"""The columns that tell the configured backend's rows from others, and queries for those rows."""

from __future__ import annotations

from typing import Any

from dashboard.backend import backend_account_id, backend_fingerprint


def backend_columns() -> dict[str, Any]:
    """Return the columns of a row that belongs to the configured backend."""
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def mine(model: Any) -> Any:
    """Return the rows of the model that belong to the configured backend."""
    return model._default_manager.filter(**backend_columns())

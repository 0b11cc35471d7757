"""Signatures of webhooks in the form of Standard Webhooks: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from investigate.event_export.secrets import PREFIX


def signed_headers(secrets: Sequence[str], *, event_id: str, at: int, body: bytes) -> dict[str, str]:
    """Return the header fields of a webhook. `at` is in seconds. Each secret makes a signature, the newest first."""
    signatures = [f"v1,{_signature(secret, event_id, at, body)}" for secret in secrets]
    return {"webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": " ".join(signatures)}


def _signature(secret: str, event_id: str, at: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, f"{event_id}.{at}.".encode() + body, hashlib.sha256).digest()).decode()

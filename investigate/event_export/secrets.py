"""Secrets of destinations: made here or given once, sealed in the database, and never shown again."""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import InvalidToken

from dashboard.sealed import sealed, unsealed

_PURPOSE = "gatehouse event destinations"
PREFIX = "whsec_"


class Unreadable(Exception):
    """A secret can't be read: SECRET_KEY is not the one that it was sealed with."""


def new_secret() -> str:
    """Return a secret of 32 random bytes, in the form of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def seal_secret(secret: str) -> str:
    """Return a secret as it is stored, an empty one as it is."""
    return sealed(secret, purpose=_PURPOSE) if secret else ""


def open_secret(stored: str) -> str:
    """Return a stored secret. Raise Unreadable if the key does not fit any more."""
    try:
        return unsealed(stored, purpose=_PURPOSE) if stored else ""
    except InvalidToken:
        raise Unreadable("The secret can't be read with this SECRET_KEY. Set it anew.") from None

"""Encrypts secrets for the database, with a key derived from SECRET_KEY: whoever reads the database alone has none."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def sealed(text: str, *, purpose: str) -> str:
    """Return the secret as it is stored. Each purpose has a key of its own (HKDF, Fernet)."""
    return _ciphers(purpose).encrypt(text.encode()).decode()


def unsealed(text: str, *, purpose: str) -> str:
    """Return the secret. Keys in SECRET_KEY_FALLBACKS count. Raise cryptography's InvalidToken if no key fits."""
    return _ciphers(purpose).decrypt(text.encode()).decode()


def _ciphers(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in keys])


def _key(secret: str | bytes, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)

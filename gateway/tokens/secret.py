"""The secrets of tokens: how they are made, recognised and hashed.

A secret is `gatehouse_`, 32 random letters and digits (190 bits), and 6 that are the CRC-32 of these. By prefix and
checksum, scanners recognise a secret that leaked, without asking anybody: `gatehouse_[0-9A-Za-z]{38}`.
"""

import hashlib
import secrets
import string
import zlib

PREFIX = "gatehouse_"
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECKSUM = 32, 6


def new_secret() -> str:
    """Return a new secret."""
    random = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return f"{PREFIX}{random}{_checksum(random)}"


def is_mistyped(secret: str) -> bool:
    """Return whether this can't be a secret, since it has the prefix and another length or checksum."""
    if not secret.startswith(PREFIX):
        return False
    rest = secret.removeprefix(PREFIX)
    return len(rest) != _RANDOM + _CHECKSUM or rest[_RANDOM:] != _checksum(rest[:_RANDOM])


def digest(secret: str) -> str:
    """Return the SHA-256 that is stored of a secret. Secrets are long and random: a plain hash can't be reversed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(random: str) -> str:
    number, letters = zlib.crc32(random.encode("utf-8", "surrogatepass")), ""
    for _ in range(_CHECKSUM):
        number, last = divmod(number, len(_LETTERS))
        letters = _LETTERS[last] + letters
    return letters

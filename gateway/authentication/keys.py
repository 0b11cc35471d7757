"""Public keys of signatures: their records in DNS (RFC 6376 3.6.1, RFC 8463), and the check of a signature."""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gateway.authentication.resolver import Lookups
from gateway.authentication.tags import BadTags, base64_of, read_tags

_FEWEST_BITS: Final = 1024
_MOST_BITS: Final = 8192
_MOST_RECORDS: Final = 5


class NoKey(Exception):
    """There is no key to check the signature with. `result` is the method's result in the words of RFC 8601."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result


@dataclass(frozen=True, slots=True)
class Key:
    """A public key. `is_test` says that its domain is still trying it out, `is_strict` that `i=` must equal `d=`."""

    public: RSAPublicKey | Ed25519PublicKey
    is_test: bool = False
    is_strict: bool = False

    def verifies(self, signature: bytes, text: bytes, digest: bytes) -> bool:
        """Return whether the signature is that of the text, or for Ed25519 of its SHA-256 `digest`."""
        try:
            if isinstance(self.public, Ed25519PublicKey):
                self.public.verify(signature, digest)
            else:
                self.public.verify(signature, text, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def find_key(domain: str, selector: str, algorithm: bytes, lookups: Lookups) -> Key:
    """Return the key that a domain publishes under a selector for `rsa` or `ed25519`.

    :raises NoKey: if there is none that may be used.
    :raises NoDnsAnswer: if the domain can't be asked.
    """
    name = f"{selector}._domainkey.{domain}"
    texts = [text for text in lookups.texts(name) if b"p=" in text][:_MOST_RECORDS]
    if not texts:
        raise NoKey("permerror", f"no key is published at {name}")
    faults: list[NoKey] = []
    for text in texts:
        try:
            return _key(text, algorithm)
        except NoKey as fault:
            faults.append(fault)
    raise faults[0]


def _key(text: bytes, algorithm: bytes) -> Key:
    try:
        tags = read_tags(text)
        encoded = base64_of(tags.get(b"p", b""))
    except BadTags as error:
        raise NoKey("permerror", f"the key's record can't be read: {error}") from None
    if tags.get(b"v", b"DKIM1") != b"DKIM1":
        raise NoKey("permerror", "the key's record is of another version")
    if not encoded:
        raise NoKey("fail", "the key was revoked")
    if tags.get(b"k", b"rsa") != algorithm:
        raise NoKey("permerror", "the key is of another kind than the signature")
    if b"h" in tags and b"sha256" not in _listed(tags[b"h"]):
        raise NoKey("permerror", "the key does not allow SHA-256")
    if not {b"*", b"email"} & set(_listed(tags.get(b"s", b"*"))):
        raise NoKey("permerror", "the key is not for mail")
    flags = _listed(tags.get(b"t", b""))
    return Key(_public(encoded, algorithm), is_test=b"y" in flags, is_strict=b"s" in flags)


def _public(encoded: bytes, algorithm: bytes) -> RSAPublicKey | Ed25519PublicKey:
    try:
        if algorithm == b"ed25519":
            return Ed25519PublicKey.from_public_bytes(encoded)
        public = load_der_public_key(encoded)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NoKey("permerror", "the key can't be read") from None
    if not isinstance(public, RSAPublicKey):
        raise NoKey("permerror", "the key is no RSA key")
    if not _FEWEST_BITS <= public.key_size <= _MOST_BITS:
        raise NoKey("policy", f"a key of {public.key_size} bits is not accepted")
    return public


def _listed(value: bytes) -> list[bytes]:
    return [part.strip().lower() for part in value.split(b":")]

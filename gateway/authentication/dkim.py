"""DKIM (RFC 6376, RFC 8301, RFC 8463): which domains signed the message as it is."""

import hashlib
from dataclasses import dataclass
from typing import Final

from gateway.authentication.keys import NoKey, find_key
from gateway.authentication.resolver import Lookups, NoDnsAnswer
from gateway.authentication.signed_message import RELAXED, SIMPLE, Field, SignedMessage, names_in
from gateway.authentication.tags import BadTags, Tags, base64_of, domain_of_tag, number_of, read_tags

MOST_SIGNATURES: Final = 8
_ALGORITHMS: Final = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}
_ONLY_ONCE: Final = (
    *(b"subject", b"to", b"cc", b"reply-to", b"date", b"message-id"),
    *(b"mime-version", b"content-type", b"content-transfer-encoding"),
)
_CLOCKS_DIFFER: Final = 300


@dataclass(frozen=True, slots=True)
class DkimResult:
    """The result of one signature in the words of RFC 8601, its domain and selector, and the reason."""

    result: str
    domain: str = ""
    selector: str = ""
    reason: str = ""


class BadSignature(Exception):
    """The signature does not count. `result` is the method's result."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result


@dataclass(frozen=True, slots=True)
class Signature:
    """The fields of a DKIM-Signature or ARC-Message-Signature that decide how it is checked."""

    domain: str
    selector: str
    algorithm: bytes
    header_form: bytes
    body_form: bytes
    names: tuple[bytes, ...]
    length: int | None
    body_hash: bytes
    value: bytes
    strict_identity: bool


def check_dkim(message: SignedMessage, lookups: Lookups, *, now: float, author: str = "") -> list[DkimResult]:
    """Return the result of each signature, at most `MOST_SIGNATURES`; those of the author's domain come first.

    `now` is the time, in seconds since 1970, by which a signature may have expired. What can't be asked is `temperror`.
    Never raises for what a message or a domain says.
    """
    if message.fault:
        return [DkimResult("policy", reason=message.fault)]
    found = [(field, *_place(field)) for field in message.named(b"dkim-signature")]
    found.sort(key=lambda entry: not _is_related(entry[1], author))
    first = found[:MOST_SIGNATURES]
    return [_checked(message, field, domain, selector, lookups, now) for field, domain, selector in first]


def _place(field: Field) -> tuple[str, str]:
    try:
        tags = read_tags(field[1])
        return domain_of_tag(tags.get(b"d", b"")), domain_of_tag(tags.get(b"s", b""))
    except BadTags:
        return "", ""


def _is_related(domain: str, author: str) -> bool:
    return bool(domain) and (author == domain or author.endswith(f".{domain}") or domain.endswith(f".{author}"))


def _checked(
    message: SignedMessage, field: Field, domain: str, selector: str, lookups: Lookups, now: float
) -> DkimResult:
    try:
        tags = read_tags(field[1])
        signature = read_signature(tags, now=now)
        is_test = check_signature(message, field, signature, lookups)
    except BadTags as error:
        return DkimResult("permerror", domain, selector, f"the signature can't be read: {error}")
    except (BadSignature, NoKey) as error:
        return DkimResult(error.result, domain, selector, str(error))
    except NoDnsAnswer as error:
        return DkimResult("temperror", domain, selector, str(error))
    said = "the signature is good" + (", by a key in test" if is_test else "")
    return DkimResult("pass", domain, selector, said)


def read_signature(tags: Tags, *, now: float, is_arc: bool = False) -> Signature:
    """Return the signature that the tags describe.

    :raises BadTags: if a value can't be read.
    :raises BadSignature: if it has expired, or is not of a kind that counts.
    """
    missing = [name for name in (b"a", b"b", b"bh", b"d", b"h", b"s") if name not in tags]
    if missing or (not is_arc and tags.get(b"v") != b"1"):
        raise BadTags("a tag is missing")
    domain, selector = domain_of_tag(tags[b"d"]), domain_of_tag(tags[b"s"])
    identity = domain_of_tag(tags[b"i"].rpartition(b"@")[2]) if b"i" in tags and not is_arc else domain
    if identity != domain and not identity.endswith(f".{domain}"):
        raise BadTags("the identity is not of the signing domain")
    names = names_in(tags[b"h"])
    if b"from" not in names:
        raise BadTags("From is not signed")
    if b"q" in tags and b"dns/txt" not in [method.strip() for method in tags[b"q"].split(b":")]:
        raise BadTags("the key is not in DNS")
    header_form, slash, body_form = tags.get(b"c", b"simple/simple").partition(b"/")
    body_form = body_form if slash else SIMPLE
    if not {header_form, body_form} <= {SIMPLE, RELAXED}:
        raise BadTags("the canonical form is unknown")
    _check_times(tags, now)
    algorithm = _ALGORITHMS.get(tags[b"a"].lower())
    if algorithm is None:
        raise BadSignature("policy", f"the algorithm {tags[b'a'][:30].decode('latin-1')} is not accepted")
    return Signature(
        domain,
        selector,
        algorithm,
        header_form,
        body_form,
        tuple(names),
        number_of(tags[b"l"]) if b"l" in tags else None,
        base64_of(tags[b"bh"]),
        base64_of(tags[b"b"]),
        identity == domain,
    )


def _check_times(tags: Tags, now: float) -> None:
    expires = number_of(tags[b"x"]) if b"x" in tags else None
    signed = number_of(tags[b"t"]) if b"t" in tags else None
    if expires is not None and signed is not None and expires < signed:
        raise BadTags("it expires before it was made")
    if expires is not None and expires + _CLOCKS_DIFFER < now:
        raise BadSignature("fail", "the signature has expired")


def check_signature(message: SignedMessage, field: Field, signature: Signature, lookups: Lookups) -> bool:
    """Check a signature of a message and its body. Return whether its key is only in test.

    :raises BadSignature, NoKey: if it does not count.
    :raises NoDnsAnswer: if its key can't be asked for.
    """
    size = len(message.body(signature.body_form))
    if signature.length is not None and signature.length > size:
        raise BadSignature("fail", "the body is shorter than what was signed")
    if message.body_hash(signature.body_form, signature.length) != signature.body_hash:
        raise BadSignature("fail", "the body was changed after it was signed")
    key = find_key(signature.domain, signature.selector, signature.algorithm, lookups)
    text = message.signed_text(signature.names, signature.header_form, field)
    if not key.verifies(signature.value, text, hashlib.sha256(text).digest()):
        result = "neutral" if key.is_test else "fail"
        raise BadSignature(result, "the header fields were changed after they were signed, or another key signed them")
    if key.is_strict and not signature.strict_identity:
        raise BadSignature("fail", "the key does not allow identities of subdomains")
    if len(message.named(b"from")) > signature.names.count(b"from"):
        raise BadSignature("policy", "a From field is not signed")
    for name in _ONLY_ONCE:
        # Mail programs show the first of several fields; a signature covers the last ones.
        if len(message.named(name)) > max(1, signature.names.count(name)):
            raise BadSignature("policy", f"a second field {name.decode()} is not signed")
    if signature.length is not None and signature.length < size:
        raise BadSignature("policy", f"only {signature.length:,} of {size:,} bytes of the body are signed")
    return key.is_test

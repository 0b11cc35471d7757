"""ARC (RFC 8617): what the servers on a message's way found when it passed them, sealed by each.

A chain that holds says only that these servers sealed what they say. Whether one of them is believed is the
operator's decision.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from gateway.authentication.dkim import BadSignature, check_signature, read_signature
from gateway.authentication.keys import NoKey, find_key
from gateway.authentication.resolver import Lookups, NoDnsAnswer
from gateway.authentication.signed_message import RELAXED, Field, SignedMessage, canonical_field, without_b
from gateway.authentication.tags import BadTags, Tags, base64_of, domain_of_tag, number_of, read_tags

MOST_SETS: Final = 50
_RESULTS: Final = b"arc-authentication-results"
_SIGNATURE: Final = b"arc-message-signature"
_SEAL: Final = b"arc-seal"
_ALGORITHMS: Final = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}


@dataclass(frozen=True, slots=True)
class ArcResult:
    """The result of the chain, the domains that sealed it (the newest first), and what the newest sealed as results."""

    result: str
    sealers: tuple[str, ...] = ()
    results_field: bytes = b""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Set:
    results: Field
    signature: Field
    seal: Field


class _Broken(Exception):
    """The chain does not hold."""


def check_arc(message: SignedMessage, lookups: Lookups, *, now: float) -> ArcResult:
    """Return whether the message's ARC chain holds: `pass`, `fail`, `none` without one, or `temperror`.

    Never raises for what a message or a domain says.
    """
    if message.fault:
        return ArcResult("none", reason=message.fault)
    try:
        chain = _chain(message)
        if not chain:
            return ArcResult("none")
        sealers = tuple(_check_seal(chain, number, lookups) for number in range(len(chain), 0, -1))
        newest = chain[-1]
        check_signature(
            message, newest.signature, read_signature(read_tags(newest.signature[1]), now=now, is_arc=True), lookups
        )
    except (_Broken, BadTags, BadSignature, NoKey) as error:
        return ArcResult("fail", reason=str(error))
    except NoDnsAnswer as error:
        return ArcResult("temperror", reason=str(error))
    return ArcResult("pass", sealers, newest.results[1], f"the chain of {len(chain)} holds")


def _chain(message: SignedMessage) -> list[_Set]:
    """Return the sets in the order of their numbers.

    :raises _Broken: if one is missing or repeated, or if a server has found the chain broken already.
    """
    by_name = {name: _numbered(message.named(name)) for name in (_RESULTS, _SIGNATURE, _SEAL)}
    highest = max((number for fields in by_name.values() for number in fields), default=0)
    if highest > MOST_SETS:
        raise _Broken("the chain is too long")
    chain = []
    for number in range(1, highest + 1):
        if any(number not in fields for fields in by_name.values()):
            raise _Broken(f"the set {number} of the chain is not whole")
        made = _Set(by_name[_RESULTS][number], by_name[_SIGNATURE][number], by_name[_SEAL][number])
        if read_tags(made.seal[1]).get(b"cv") != (b"none" if number == 1 else b"pass"):
            raise _Broken(f"the seal {number} says that the chain did not hold")
        chain.append(made)
    return chain


def _numbered(fields: list[Field]) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for field in fields:
        first, _semicolon, _rest = field[1].partition(b";")
        is_results = field[0].lower().rstrip() == _RESULTS
        text = read_tags(first).get(b"i", b"") if is_results else read_tags(field[1]).get(b"i", b"")
        number = number_of(text)
        if number in found or number < 1:
            raise _Broken(f"the set {number} of the chain occurs twice")
        found[number] = field
    return found


def _check_seal(chain: list[_Set], number: int, lookups: Lookups) -> str:
    """Check the seal of one set over all sets up to it, and return the domain that made it."""
    seal = chain[number - 1].seal
    tags = read_tags(seal[1])
    algorithm = _ALGORITHMS.get(tags.get(b"a", b"").lower())
    if algorithm is None or b"h" in tags:
        raise _Broken(f"the seal {number} is not of a kind that counts")
    domain = _required(tags, b"d")
    key = find_key(domain, _required(tags, b"s"), algorithm, lookups)
    fields = [field for one in chain[:number] for field in (one.results, one.signature, one.seal)]
    fields[-1] = (seal[0], without_b(seal[1]))
    text = b"\r\n".join(canonical_field(field, RELAXED) for field in fields)
    if not key.verifies(base64_of(tags.get(b"b", b"")), text, hashlib.sha256(text).digest()):
        raise _Broken(f"the seal {number} is not good")
    return domain


def _required(tags: Tags, name: bytes) -> str:
    return domain_of_tag(tags.get(name, b""))

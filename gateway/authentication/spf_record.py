"""SPF records (RFC 7208 4.5, 4.6 and 12): selection, and syntax of their terms."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST: Final = 8_192
_VERSION: Final = "v=spf1"
_MODIFIER: Final = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_MECHANISM: Final = re.compile(r"([+?~-]?)([a-z][a-z0-9_.-]*)(?:([:/])(.*))?", re.IGNORECASE | re.DOTALL)
_MACRO: Final = r"%\{[slodiphcrtv][0-9]{0,3}r?[.+,/_=-]*\}|%%|%_|%-"
_MACRO_STRING: Final = re.compile(rf"(?:{_MACRO}|[\x21-\x24\x26-\x7e])*+", re.IGNORECASE)
_ENDS_WITH_MACRO: Final = re.compile(r"%\{[^{}]{1,20}\}\Z")
_TOP_LABEL: Final = re.compile(r"\.(?!-)(?![0-9]+\.?\Z)[a-z0-9-]+(?<!-)\.?\Z", re.IGNORECASE)
_LENGTHS: Final = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")
_ONLY_IN_EXPLANATIONS: Final = re.compile(r"%\{[crt]", re.IGNORECASE)
_ZERO_PARTS: Final = re.compile(r"%\{[a-z]0+[r.+,/_=}-]", re.IGNORECASE)


class BadRecord(Exception):
    """The record does not follow the syntax of SPF: a permanent error."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism. `target` is the domain, with macros, or empty; `network` is that of ip4 and ip6."""

    qualifier: str
    name: str
    target: str = ""
    network: Network | None = None
    ipv4_length: int = 32
    ipv6_length: int = 128


@dataclass(frozen=True, slots=True)
class Record:
    """A parsed record: its mechanisms in their order, and the domains of its modifiers or None."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str | None
    explanation: str | None


def select(texts: Iterable[bytes]) -> Record | None:
    """Return the SPF record among the TXT records of a domain, or None.

    :raises BadRecord: if there are several, or the one has a fault.
    """
    found = [text for text in texts if text.lower() == b"v=spf1" or text.lower().startswith(b"v=spf1 ")]
    if not found:
        return None
    if len(found) > 1:
        raise BadRecord("there are several SPF records")
    if len(found[0]) > _LONGEST:
        raise BadRecord("the SPF record is too long")
    try:
        return parse(found[0].decode("ascii"))
    except UnicodeDecodeError:
        raise BadRecord("the SPF record has characters other than ASCII") from None


def parse(text: str) -> Record:
    """Return the record that a text has behind its version.

    :raises BadRecord: if a term has a fault, wherever it stands.
    """
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in text[len(_VERSION) :].split(" "):
        modifier = _MODIFIER.fullmatch(term)
        if modifier is not None:
            _modifier(modifier[1].lower(), modifier[2], modifiers)
        elif term:
            mechanisms.append(_mechanism(term))
    return Record(tuple(mechanisms), modifiers.get("redirect"), modifiers.get("exp"))


def _modifier(name: str, value: str, known: dict[str, str]) -> None:
    if name in {"redirect", "exp"}:
        if name in known:
            raise BadRecord(f"the modifier {name} occurs twice")
        _check_domain(value)
        known[name] = value
    elif _MACRO_STRING.fullmatch(value) is None:
        raise BadRecord(f"the modifier {name} has a fault")


def _mechanism(term: str) -> Mechanism:
    match = _MECHANISM.fullmatch(term)
    if match is None:
        raise BadRecord(f"{term[:60]!r} is no term")
    qualifier, name, separator, rest = match[1] or "+", match[2].lower(), match[3] or "", match[4] or ""
    if name == "all" and not separator:
        return Mechanism(qualifier, name)
    if name in {"include", "exists"} and separator == ":":
        _check_domain(rest)
        return Mechanism(qualifier, name, rest)
    if name == "ptr" and separator in {"", ":"}:
        if separator:
            _check_domain(rest)
        return Mechanism(qualifier, name, rest)
    if name in {"ip4", "ip6"} and separator == ":":
        return Mechanism(qualifier, name, network=_network(rest, 4 if name == "ip4" else 6))
    if name in {"a", "mx"}:
        return _with_lengths(qualifier, name, separator, rest)
    raise BadRecord(f"{term[:60]!r} is no mechanism")


def _with_lengths(qualifier: str, name: str, separator: str, rest: str) -> Mechanism:
    target, lengths = ("", separator + rest) if separator == "/" else (rest, "")
    if separator == ":":
        # A slash may stand in a macro's delimiters, and in a domain's name before the lengths.
        start = re.search(r"(?:/[0-9]{1,3})?(?://[0-9]{1,3})?\Z", target)
        cut = start.start() if start else len(target)
        target, lengths = target[:cut], target[cut:]
        _check_domain(target)
    match = _LENGTHS.fullmatch(lengths)
    if match is None:
        raise BadRecord(f"{lengths[:20]!r} is no length of a network")
    ipv4, ipv6 = int(match[1] or 32), int(match[2] or 128)
    if ipv4 > 32 or ipv6 > 128:
        raise BadRecord(f"{lengths[:20]!r} is no length of a network")
    return Mechanism(qualifier, name, target, None, ipv4, ipv6)


def _network(text: str, version: int) -> Network:
    address, slash, length = text.partition("/")
    is_length = re.fullmatch(r"0|[1-9][0-9]{0,2}", length) is not None
    try:
        parsed = ipaddress.ip_address(address)
        if parsed.version != version or "%" in address or (slash and not is_length):
            raise ValueError
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise BadRecord(f"{text[:60]!r} is no IPv{version} network") from None


def _check_domain(text: str) -> None:
    """Check the syntax of a domain-spec: characters, macros, and how it ends.

    :raises BadRecord: if it is none.
    """
    if _MACRO_STRING.fullmatch(text) is None or _ZERO_PARTS.search(text) or _ONLY_IN_EXPLANATIONS.search(text):
        raise BadRecord(f"{text[:60]!r} is no domain")
    if not (_ENDS_WITH_MACRO.search(text) or _TOP_LABEL.search(text)):
        raise BadRecord(f"{text[:60]!r} is no domain")


def check_explanation(text: str) -> None:
    """Check the syntax of an explanation's text.

    :raises BadRecord: if its macros have a fault.
    """
    if any(_MACRO_STRING.fullmatch(word) is None for word in text.split(" ")) or _ZERO_PARTS.search(text):
        raise BadRecord("the explanation has a fault")

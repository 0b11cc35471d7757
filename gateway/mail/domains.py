"""Registrable domains of host names, by the public suffix list that is bundled with `publicsuffixlist`."""

from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

_LONGEST: Final = 253
_RESERVED: Final = frozenset({"example", "invalid", "localhost", "test"})
_SUFFIXES: Final = PublicSuffixList()


@lru_cache(maxsize=16_384)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host: `a.co.uk` for `mail.a.co.uk`.

    Return an empty string for an IP address or a name without a registrable domain.
    """
    name = host.strip().strip(".").lower()
    if not name or len(name) > _LONGEST or name.replace(".", "").isdigit() or ":" in name or "[" in name:
        return ""
    return _SUFFIXES.privatesuffix(name) or ""


@lru_cache(maxsize=16_384)
def has_listed_suffix(host: str) -> bool:
    """Return whether a host lies under a listed public suffix, or under a name reserved for tests (RFC 6761)."""
    name = host.strip(".").lower()
    if len(name) > _LONGEST or "." not in name:
        return False
    return name.rpartition(".")[2] in _RESERVED or bool(_SUFFIXES.privatesuffix(name, accept_unknown=False))


def domain_of(address: str) -> str:
    """Return the domain of a mail address in lower case, or an empty string if it has none."""
    return address.rpartition("@")[2].strip(" .>").lower() if "@" in address else ""

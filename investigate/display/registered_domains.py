"""Registered domains: what somebody bought, as the public suffix list tells it."""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


_RESERVED = frozenset({"example", "invalid", "localhost", "test"})
"""Endings for documents and tests, that nobody can register in (RFC 6761)."""


@cache
def _listed() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def has_public_suffix(host: str) -> bool:
    """Tell whether a host's ending is one of domains: listed, or reserved for examples."""
    name = host.casefold().strip(".")
    return name.rpartition(".")[2] in _RESERVED or bool(_listed().privatesuffix(name))


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Return the registered domain of a host in lower case; empty for an IP address or a suffix alone."""
    name = host.casefold().strip(".")
    if not name or ":" in name or name.replace(".", "").isdigit():
        return ""
    return str(_suffixes().privatesuffix(name) or "")

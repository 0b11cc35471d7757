"""Registered domains (registrable domains, as example.co.uk) of hosts, by the public suffix list."""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


_RESERVED = frozenset({"example", "invalid", "localhost", "test"})
"""Top-level domains for documentation and tests, in which nobody can register a domain (RFC 6761)."""


@cache
def _listed() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def has_public_suffix(host: str) -> bool:
    """Return whether the host is a domain under a listed public suffix or in a reserved top-level domain."""
    name = host.casefold().strip(".")
    return name.rpartition(".")[2] in _RESERVED or bool(_listed().privatesuffix(name))


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Return the registered domain of a host in lower case, or an empty string for an IP address or a bare suffix."""
    name = host.casefold().strip(".")
    if not name or ":" in name or name.replace(".", "").isdigit():
        return ""
    return str(_suffixes().privatesuffix(name) or "")

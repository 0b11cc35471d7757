"""Registered domains: what somebody bought, as the public suffix list tells it."""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Return the registered domain of a host in lower case; empty for an IP address or a suffix alone."""
    name = host.casefold().strip(".")
    if not name or ":" in name or name.replace(".", "").isdigit():
        return ""
    return str(_suffixes().privatesuffix(name) or "")

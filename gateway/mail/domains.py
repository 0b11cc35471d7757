"""Host names and the domains that somebody registered, by the public suffix list that comes with the package."""

from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

_LONGEST: Final = 253
_SUFFIXES: Final = PublicSuffixList()


@lru_cache(maxsize=16_384)
def registrable_domain(host: str) -> str:
    """Return the domain that was registered (`mail.a.co.uk` gives `a.co.uk`), or an empty string for an IP or none."""
    name = host.strip().strip(".").lower()
    if not name or len(name) > _LONGEST or name.replace(".", "").isdigit() or ":" in name or "[" in name:
        return ""
    return _SUFFIXES.privatesuffix(name) or ""


def domain_of(address: str) -> str:
    """Return the domain of a mail address in lower case, or an empty string."""
    return address.rpartition("@")[2].strip(" .>").lower() if "@" in address else ""

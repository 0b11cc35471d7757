"""Read the host of a link's target, and the host that a link's text names, as browsers do (WHATWG URL, UTS 46)."""

import re
from functools import lru_cache

import ada_url

from investigate.display.registered_domains import has_public_suffix

_HOST_IN_TEXT = re.compile(
    r"((?:https?:[/\\]{1,2})?(?:[^\s/@]*@)?)((?:[\w-]+\.)+[^\W\d_][\w-]{1,62})(?=[/:?#\s]|$)(\S*)", re.IGNORECASE
)
# A scheme, but not the name of a host in front of a port.
_SCHEME = re.compile(r"([a-z][a-z0-9+-]*):(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
_TWO_SLASHES = re.compile(r"[/\\]{2}")
# Schemes that lead to no host, whatever stands in their addresses.
_NO_HOST = frozenset({"cid", "data", "javascript", "mailto", "mid", "sms", "tel", "vbscript"})
_NESTED = re.compile(r"https?:[/\\]{2}", re.IGNORECASE)
_AROUND = "".join(map(chr, range(0x21)))
_DROPPED = re.compile(r"[\t\r\n]")
# File extensions that are also top-level domains.
_FILES = frozenset("ai cc mov md pl ps py rs sh so zip".split())
_LONGEST = 65_536


@lru_cache(maxsize=4096)
def host_of(href: str) -> str:
    """Return the host of a link's target in lower case and ASCII, or an empty string if there is none.

    A link without a scheme is read as mail programs do: as the host that it names. Of an address within an address, as
    `intent:` and `microsoft-edge:` hold one, the inner host counts.
    """
    address = _DROPPED.sub("", href[:_LONGEST].strip(_AROUND))
    scheme = _SCHEME.match(address)
    if scheme is None:
        return _parsed_host("http:" + address) if _TWO_SLASHES.match(address) else claimed_host(address)
    if scheme[1].lower() in _NO_HOST:
        return ""
    if scheme[1].lower() not in {"http", "https", "ftp", "ws", "wss", "file"}:
        nested = _NESTED.search(address)
        return _parsed_host(address[nested.start() :] if nested else "http" + address[scheme.end() - 1 :])
    return _parsed_host(address)


def _parsed_host(address: str) -> str:
    try:
        return ada_url.URL(address).hostname.rstrip(".").strip("[]")
    except ValueError:
        return ""


def ascii_host(name: str) -> str:
    """Return a domain name as the DNS has it, in lower case and ASCII, or unchanged if it is none."""
    if name.isascii():
        return name.lower()
    return ada_url.idna_to_ascii(name).decode("ascii", "replace") or name


@lru_cache(maxsize=4096)
def claimed_host(text: str) -> str:
    """Return the host that a link's text names as its target, in ASCII, or an empty string if it names none.

    The host must have a public suffix, since "main.cpp" is a file name. If more words follow the host, it must look
    like a URL, since "ASP.NET for beginners" is a title.
    """
    whole = text.strip()[:300]
    found = _HOST_IN_TEXT.match(whole)
    if not found:
        return ""
    before, host, behind = found.group(1), ascii_host(found.group(2)), found.group(3)
    if before or behind.startswith("/") or host.startswith("www."):
        return host if has_public_suffix(host) else ""
    is_file = host.rpartition(".")[2] in _FILES
    return host if found.end() == len(whole) and has_public_suffix(host) and not is_file else ""

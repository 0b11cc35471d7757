"""The host that a link goes to, and the host that a link's text names."""

import re
from urllib.parse import urlsplit

from investigate.display.registered_domains import has_public_suffix

_HOST_IN_TEXT = re.compile(
    r"((?:https?:[/\\]{1,2})?(?:[^\s/@]*@)?)((?:[\w-]+\.)+[^\W\d_]{2,24})(?=[/:?#\s]|$)(\S*)", re.IGNORECASE
)


# A browser takes any slashes, also backslashes and none at all, and skips line breaks in an address.
_WEB = re.compile(r"(https?|ftp):[/\\]*", re.IGNORECASE)
_SKIPPED = re.compile(r"[\t\r\n]")


_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # One with a dot is a host with its port.
# Endings of files that are endings of domains as well.
_FILES = frozenset("ai cc mov md pl ps py rs sh so zip".split())


def host_of(href: str) -> str:
    """Return the host that a link goes to, in lower case; empty where there is none or it can't be read.

    An address without a scheme goes where its writer meant, as mail programs read it.
    """
    address = _SKIPPED.sub("", href.strip())
    web = _WEB.match(address)
    if web:
        address = f"{web.group(1)}://{address[web.end() :].replace(chr(92), '/')}"
    elif not _SCHEME.match(address) and not address.startswith("//"):
        return claimed_host(address)
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def claimed_host(text: str) -> str:
    """Return the host that a link's text names as its target; empty for a text that names none.

    It has to be in a public suffix: "main.cpp" is a file. With more words behind it, it has to look like an address:
    "ASP.NET for beginners" is a title.
    """
    whole = text.strip()[:300]
    found = _HOST_IN_TEXT.match(whole)
    if not found:
        return ""
    before, host, behind = found.group(1), found.group(2).casefold(), found.group(3)
    if before or behind.startswith("/") or host.startswith("www."):
        return host if has_public_suffix(host) else ""
    is_file = host.rpartition(".")[2] in _FILES
    return host if found.end() == len(whole) and has_public_suffix(host) and not is_file else ""

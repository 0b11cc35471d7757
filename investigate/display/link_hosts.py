"""Parse the host of a link's target, and the host that a link's text names."""

import re
from urllib.parse import urlsplit

from investigate.display.registered_domains import has_public_suffix

_HOST_IN_TEXT = re.compile(
    r"((?:https?:[/\\]{1,2})?(?:[^\s/@]*@)?)((?:[\w-]+\.)+[^\W\d_]{2,24})(?=[/:?#\s]|$)(\S*)", re.IGNORECASE
)


# Browsers accept any number of slashes or backslashes after the scheme, and skip tabs and line breaks in a URL.
_WEB = re.compile(r"(https?|ftp):[/\\]*", re.IGNORECASE)
_SKIPPED = re.compile(r"[\t\r\n]")


_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # Without dots: a name with a dot is a host with its port.
# File extensions that are also top-level domains.
_FILES = frozenset("ai cc mov md pl ps py rs sh so zip".split())


def host_of(href: str) -> str:
    """Return the host of a link's target in lower case, or an empty string if there is none or it can't be parsed.

    A link without a scheme is interpreted as mail programs do: as the host that its text names.
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
    """Return the host that a link's text names as its target, or an empty string if it names none.

    The host must have a public suffix, since "main.cpp" is a file name. If more words follow the host, it must look
    like a URL, since "ASP.NET for beginners" is a title.
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

"""Links in mail: what they say, and where they go."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from api_client.models import Link
from dashboard.mail_text import domain_of
from investigate.display.registered_domains import has_public_suffix, registered_domain

_HOST_IN_TEXT = re.compile(
    r"((?:https?:[/\\]{1,2})?(?:[^\s/@]*@)?)((?:[\w-]+\.)+[^\W\d_]{2,24})(?=[/:?#\s]|$)(\S*)", re.IGNORECASE
)
# A browser takes any slashes, also backslashes and none at all, and skips line breaks in an address.
_WEB = re.compile(r"(https?|ftp):[/\\]*", re.IGNORECASE)
_SKIPPED = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # One with a dot is a host with its port.
# Endings of files that are endings of domains as well.
_FILES = frozenset("ai cc mov md pl ps py rs sh so zip".split())


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One link; `host` is where it goes or writes to, empty where that can't be read. Templates defang both.

    `claims` is the host that its text names, empty where it names none. `times` is how often the message has it.
    """

    href: str
    text: str
    host: str
    claims: str
    times: int

    @property
    def is_deceptive(self) -> bool:
        """Its text names a host of somebody else than the one that it goes to."""
        ours = registered_domain(self.host) or self.host
        return bool(self.claims) and (registered_domain(self.claims) or self.claims) != ours

    @property
    def verb(self) -> str:
        """What it does with its host."""
        return "writes to" if self.scheme == "mailto" else "goes to"

    @property
    def scheme(self) -> str:
        """What it is other than a page on the web, such as mailto; empty for http and https."""
        scheme = self.href.strip().partition(":")[0].casefold()
        return "" if scheme in ("http", "https") or not scheme.isalnum() else scheme[:20]


def shown_links(links: list[Link]) -> list[ShownLink]:
    """Return the links in the order of the message, each target and text once, those that deceive first."""
    counted: dict[tuple[str, str], int] = {}
    for link in links:
        key = (link.href, (link.text or "").strip())
        counted[key] = counted.get(key, 0) + 1
    found = [
        ShownLink(href, text if text != href else "", host_of(href) or _addressee(href), claimed_host(text), times)
        for (href, text), times in counted.items()
    ]
    return sorted(found, key=lambda link: not link.is_deceptive)


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


def _addressee(href: str) -> str:
    """Return the domain of the first address that a mailto link writes to; empty for other links."""
    scheme, _, rest = href.strip().partition(":")
    if scheme.casefold() != "mailto":
        return ""
    addresses, _, query = rest.partition("?")
    first = unquote(addresses) or next(iter(parse_qs(query).get("to", [])), "")
    return domain_of(first.partition(",")[0])


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

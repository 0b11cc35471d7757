"""Kinds of web hosts (URL shorteners, free hosting, redirectors), and the target of a link."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote

from gateway.detect.context import lies_in
from gateway.detect.kept_lists import CHEAP_ENDINGS, DYNAMIC_DNS, FREE_HOSTING, MAILING_SERVICES, SHORTENERS
from gateway.mail.domains import registrable_domain
from gateway.mail.message import Link
from gateway.mail.web_address import read_address, unicode_host

_NESTED: Final = re.compile(r"https?://", re.IGNORECASE)
_REDIRECT_NAMES: Final = frozenset(
    [
        "url",
        "u",
        "q",
        "to",
        "target",
        "redirect",
        "redirect_uri",
        "redir",
        "link",
        "goto",
        "dest",
        "destination",
        "next",
    ]
)
_PERCENT_ENCODED: Final = re.compile(r"(?:%[0-9a-f]{2}){3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a link.

    `host` is in lower case and ASCII, `domain` is its registered domain (empty for an IP address). `is_web` says
    whether it leads to a host.
    """

    link: Link
    scheme: str
    host: str
    domain: str
    user: str
    path: str
    query: str
    is_web: bool

    @property
    def shown_host(self) -> str:
        """The host in letters, as a mail program or browser may show it."""
        return unicode_host(self.host)

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, in whatever notation it was written."""
        return host_ip(self.host) != ""

    @property
    def is_shortener(self) -> bool:
        """Whether the host is a URL shortener, which hides the final target."""
        return self.host in SHORTENERS or self.domain in SHORTENERS

    @property
    def is_free_hosting(self) -> bool:
        """Whether the host is a free hosting service, where anybody can publish a page."""
        return lies_in(self.host, FREE_HOSTING) or lies_in(self.host, DYNAMIC_DNS)

    @property
    def is_mailing_service(self) -> bool:
        """Whether the host belongs to a service that sends mail for others and counts the clicks."""
        return lies_in(self.host, MAILING_SERVICES)

    @property
    def is_cheap(self) -> bool:
        """Whether the top-level domain is given away or sold for next to nothing."""
        return self.host.rpartition(".")[2] in CHEAP_ENDINGS

    @property
    def is_encoded(self) -> bool:
        """Whether the host was percent-encoded, which legitimate senders don't do."""
        authority = (self.link.written or self.link.href).partition("//")[2].partition("/")[0]
        return _PERCENT_ENCODED.search(authority) is not None

    @property
    def is_punycode(self) -> bool:
        """Whether the host was written with `xn--`, so that the reader can't tell its letters."""
        return "xn--" in self.host and "xn--" in (self.link.written or self.link.href).lower()

    def redirects_to(self) -> str:
        """Return the host of the URL in a redirect parameter of the query, if its registered domain differs.

        Return an empty string if there is none.
        """
        if not _NESTED.search(self.query) and "%3a" not in self.query.lower():
            return ""
        for name, value in parse_qsl(self.query[:2048]):
            if name.lower() in _REDIRECT_NAMES and _NESTED.match(value):
                host = read_address(value).host
                if host and registrable_domain(host) != self.domain:
                    return host
        return ""


def read_target(link: Link) -> Target:
    """Return a link's target; never raises; `host` is empty if the address leads to none."""
    read = read_address(link.href)
    return Target(
        link=link,
        scheme=read.scheme,
        host=read.host,
        domain=registrable_domain(read.host),
        user=unquote(read.user),
        path=read.path,
        query=read.query,
        is_web=bool(read.host),
    )


def host_ip(host: str) -> str:
    """Return the IP address that a host denotes in any notation that browsers accept, or an empty string."""
    if not host or not (host[0].isdigit() or ":" in host):
        return ""
    inner = host.strip("[]")
    try:
        return str(
            ipaddress.ip_address(read_address(f"http://[{inner}]/" if ":" in inner else f"http://{inner}/").host)
        )
    except ValueError:
        return ""

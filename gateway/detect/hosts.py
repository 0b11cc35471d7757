"""Kinds of web hosts (URL shorteners, free hosting, redirectors), and the target of a link."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote

from gateway.detect.context import lies_in
from gateway.mail.domains import registrable_domain
from gateway.mail.message import Link
from gateway.mail.web_address import read_address, unicode_host

SHORTENERS: Final = frozenset(
    [
        "t.co", "bit.ly", "tinyurl.com", "is.gd", "v.gd", "goo.gl", "ow.ly", "rb.gy", "cutt.ly", "rebrand.ly",
        "shorturl.at", "t.ly", "urly.fi", "sht.moe", "acortarlink.cl", "buff.ly", "lnkd.in", "tiny.cc", "qrco.de",
        "s.id", "bl.ink", "vlink.cz", "linktr.ee", "shorturl.asia", "u.to", "clck.ru", "x.co", "short.gy", "dub.sh",
    ]
)  # fmt: skip
# Anyone can publish a page under these names within minutes.
FREE_HOSTING: Final = frozenset([
    "storage.googleapis.com", "firebaseapp.com", "web.app", "page.link", "run.app", "cloudfunctions.net",
    "appspot.com", "blogspot.com", "sites.google.com", "docs.google.com", "forms.gle", "blob.core.windows.net",
    "web.core.windows.net", "azurewebsites.net", "azureedge.net", "s3.amazonaws.com", "amazonaws.com",
    "cloudfront.net", "r2.dev", "pages.dev", "workers.dev", "github.io", "gitlab.io", "netlify.app", "vercel.app",
    "herokuapp.com", "onrender.com", "glitch.me", "weebly.com", "wixsite.com", "square.site", "godaddysites.com",
    "webflow.io", "notion.site", "repl.co", "surge.sh", "ipfs.io", "dweb.link", "ngrok.io", "ngrok-free.app",
    "duckdns.org", "1u.ms", "secureserver.net", "leaseweb.net", "000webhostapp.com", "myportfolio.com",
    "typeform.com", "jotform.com", "formstack.com", "trycloudflare.com", "storage.live.com", "tripod.com",
])  # fmt: skip
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
        return lies_in(self.host, FREE_HOSTING)

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

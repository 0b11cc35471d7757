"""Kinds of web hosts (URL shorteners, free hosting, redirectors), and parsing of link targets as browsers do it."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from gateway.detect.context import lies_in
from gateway.mail.domains import registrable_domain
from gateway.mail.message import Link

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
_IPV4_PARTS: Final = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
_WEB: Final = frozenset({"http", "https", "ftp"})
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

    `host` is in lower case, `domain` is its registered domain (empty for an IP address).
    """

    link: Link
    scheme: str
    host: str
    domain: str
    user: str
    path: str
    query: str

    @property
    def is_web(self) -> bool:
        """Whether the scheme is http, https or ftp and there is a host."""
        return self.scheme in _WEB and bool(self.host)

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, in any notation that browsers accept."""
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
        """Whether the host is percent-encoded, which legitimate senders don't do."""
        authority = self.link.href.partition("//")[2].partition("/")[0]
        return _PERCENT_ENCODED.search(authority) is not None

    def redirects_to(self) -> str:
        """Return the host of the URL in a redirect parameter of the query, if its registered domain differs.

        Return an empty string if there is none.
        """
        if not _NESTED.search(self.query) and "%3a" not in self.query.lower():
            return ""
        for name, value in parse_qsl(self.query[:2048]):
            if name.lower() in _REDIRECT_NAMES and _NESTED.match(value):
                host = _host(value)
                if host and registrable_domain(host) != self.domain:
                    return host
        return ""


def read_target(link: Link) -> Target:
    """Parse a link's address; never raises; `host` is empty if the address has none or can't be parsed."""
    href = link.href.replace("\\", "/")
    if href.startswith("//"):
        href = "http:" + href
    elif link.kind == "text" and href[:4].lower() == "www.":
        href = "http://" + href
    try:
        parts = urlsplit(href)
        host = _clean(parts.hostname or "")
        user = parts.netloc.rpartition("@")[0]
    except ValueError:
        return Target(link, "", "", "", "", "", "")
    return Target(link, parts.scheme.lower(), host, registrable_domain(host), user, parts.path, parts.query)


def _host(address: str) -> str:
    try:
        return _clean(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def _clean(host: str) -> str:
    return unquote(host).strip(" .").lower()


def host_ip(host: str) -> str:
    """Return the IP address that a host denotes, or an empty string if it is a name.

    IPv4 addresses are also recognised in hexadecimal, in octal and as a single number.
    """
    if not host or not (host[0].isdigit() or ":" in host):
        return ""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    if not _IPV4_PARTS.fullmatch(host):
        return ""
    try:
        numbers = [
            int(part, 16 if part[:2].lower() == "0x" else 8 if part[0] == "0" and part != "0" else 10)
            for part in host.split(".")
        ]
        *leading, last = numbers
        if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
            return ""
        value = sum(number << (8 * (3 - place)) for place, number in enumerate(leading)) + last
        return str(ipaddress.IPv4Address(value))
    except (ValueError, ipaddress.AddressValueError):
        return ""


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part, 16)
    return int(part, 8 if part[0] == "0" and part != "0" else 10)

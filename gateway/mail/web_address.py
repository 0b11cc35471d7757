"""Read web addresses as browsers do: by the URL Standard of WHATWG, with UTS 46 for host names in letters.

Everything that needs the host of an address asks here: links, the search index, policies and detectors.
"""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ada_url

from gateway.mail import limits
from gateway.mail.domains import has_listed_suffix
from gateway.mail.storable import storable

_LONGEST_READ: Final = 65_536
_LONGEST_NAME: Final = 1_024
_WEB: Final = frozenset({"http", "https", "ftp", "ws", "wss"})
_SPECIAL: Final = re.compile(r"(?:https?|ftp|wss?|file):", re.IGNORECASE)
# URL Standard 4.4: white space and controls around an address, and tabs and line breaks within it, are dropped.
_AROUND: Final = "".join(map(chr, range(0x21)))
_DROPPED: Final = re.compile(r"[\t\r\n]")
# A scheme, but not the name of a host in front of a port.
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+-]*):(?!\d{1,5}(?:[/?#]|\Z))", re.IGNORECASE)
_TWO_SLASHES: Final = re.compile(r"[/\\]{2}")
_BARE_HOST: Final = re.compile(r"(?:[^\s/\\?#@:.]{1,63}\.)+[^\W\d_][^\s/\\?#@:.]{1,62}\.?(?=[/\\?#:]|\Z)")
# Endings of file names that are top-level domains as well.
_FILE_ENDINGS: Final = frozenset("ai cab cc md mov pl ps py rs sh so zip".split())
# Schemes whose addresses are no place on the web, whatever stands in them.
_NOT_NESTING: Final = frozenset("about callto cid data javascript mailto mid sms tel vbscript".split())
_NESTED: Final = re.compile(r"https?:[/\\]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address as a browser reads it.

    `href` is the serialised address, or what was written if it can't be read. `host` is in lower case and in ASCII
    (`xn--`), without a dot at its end; an IP address is in its usual notation, IPv6 without brackets. What an address
    lacks is empty. `scheme` has no colon.
    """

    href: str
    scheme: str = ""
    host: str = ""
    user: str = ""
    path: str = ""
    query: str = ""

    @property
    def is_web(self) -> bool:
        """Whether a browser would open the address over the network."""
        return self.scheme in _WEB and bool(self.host)


@lru_cache(maxsize=8_192)
def read_address(written: str, base: str = "") -> WebAddress:
    """Read the address of a link, relative to `base` if that is not empty; never raises.

    Mail has no address of its own, so what has no scheme and no base is read as mail programs do: `//host`, `www.` and
    a bare host name get `http:`. A host within an address of another scheme counts: that of an `intent:` address, and
    that of an address within an address, as `microsoft-edge:https://…`.
    """
    address = _DROPPED.sub("", written[:_LONGEST_READ].strip(_AROUND))
    if not address:
        return WebAddress("")
    scheme = _SCHEME.match(address)
    if scheme is not None and not _SPECIAL.match(address):
        return _other(address, scheme[1].lower())
    read = _parsed(address, base) if base or scheme else None
    if read is None and not scheme:
        read = _without_scheme(address)
    return _web(read) if read is not None else WebAddress(_stored(address), scheme[1].lower() if scheme else "")


def ascii_host(name: str) -> str:
    """Return a host name as the DNS has it: in lower case and ASCII (UTS 46), without a dot at its end.

    A name that no rule allows is returned in lower case.
    """
    plain = name.strip().strip(".").lower()
    if plain.isascii() or len(plain) > _LONGEST_NAME:
        return plain
    encoded = ada_url.idna_to_ascii(plain).decode("ascii", "replace")
    return encoded.strip(".") or plain


def unicode_host(name: str) -> str:
    """Return a host name in letters: what a mail program shows for `xn--`."""
    if "xn--" not in name or len(name) > _LONGEST_NAME:
        return name
    return ada_url.idna_to_unicode(name) or name


def spellings(name: str) -> tuple[str, ...]:
    """Return both spellings of a host name or of an address at one: in ASCII, and in letters.

    The one in letters is left out if case folding makes another name of it, as `strasse` of `straße`.
    """
    local, at, host = name.strip().rpartition("@")
    ascii_name = ascii_host(host)
    letters = unicode_host(ascii_name)
    names = (ascii_name, letters) if letters.casefold() == letters.lower() else (ascii_name,)
    return tuple(f"{local}{at}{one}" for one in dict.fromkeys(names))


def _parsed(address: str, base: str = "") -> ada_url.URL | None:
    try:
        return ada_url.URL(address, base) if base else ada_url.URL(address)
    except ValueError:
        return None


def _without_scheme(address: str) -> ada_url.URL | None:
    if _TWO_SLASHES.match(address):
        return _parsed("http:" + address)
    if address[:4].lower() == "www.":
        return _parsed("http://" + address)
    bare = _BARE_HOST.match(address)
    if bare is None:
        return None
    host = bare[0].rstrip(".").lower()
    is_file = host.rpartition(".")[2] in _FILE_ENDINGS and address[bare.end() : bare.end() + 1] not in {"/", "\\"}
    return _parsed("http://" + address) if has_listed_suffix(ascii_host(host)) and not is_file else None


def _web(url: ada_url.URL) -> WebAddress:
    host = url.hostname
    if host.endswith(".") and host.strip("."):
        # The dot is the root of the DNS: it is the same host.
        host = host.rstrip(".")
        url.hostname = host
    return WebAddress(
        href=_stored(url.href),
        scheme=url.protocol[:-1],
        host=_plain_host(host),
        user=f"{url.username}:{url.password}" if url.password else url.username,
        path=url.pathname,
        query=url.search[1:],
    )


def _plain_host(host: str) -> str:
    if not host.startswith("["):
        return host
    try:
        ip = ipaddress.IPv6Address(host.strip("[]"))
    except ValueError:
        return host
    return str(ip.ipv4_mapped or ip)


def _other(address: str, scheme: str) -> WebAddress:
    """Return an address of a scheme that is not special, with the host that it leads to in the end."""
    url = _parsed(address)
    href = _stored(url.href if url is not None else address)
    if scheme in _NOT_NESTING:
        return WebAddress(href, scheme)
    nested = _NESTED.search(address)
    inner = _parsed(address[nested.start() :]) if nested else None
    if inner is None and url is not None and url.hostname:
        inner = _parsed("http://" + url.host)
    return WebAddress(href, scheme, _web(inner).host if inner is not None else "")


def _stored(address: str) -> str:
    return storable(address[: limits.LINK_CHARACTERS])

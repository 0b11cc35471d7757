"""Make text from mail safe to display: reveal hidden characters, and defang URLs and host names."""

import re
from dataclasses import dataclass

# Control characters, bidirectional overrides, invisible and tag characters, lone surrogates. Zero-width joiners are
# left alone between letters of scripts that need them, and between emoji.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2028\u2029"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<![\u0300-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\U0010ffff])"
)
# A URL up to the end of its authority. User info before an @ is part of it, since attackers use it as a disguise.
_LINK = re.compile(r"\b(h)tt(ps?)(:[/\\]*)([^/?#\s\\]*)|\b(f)t(ps?)(:[/\\]*)([^/?#\s\\]*)", re.IGNORECASE)
# Anything that looks like a host: labels joined by dots with a last label of letters or punycode, or an IPv4 address.
_HOST = re.compile(
    r"(?<![\w@.\[-])((?:[^\W_](?:[\w-]{0,62}[^\W_])?\.)+(?:xn--[\w-]+|[^\W\d_]{2,63})|\d{1,3}(?:\.\d{1,3}){3})(?![\w.+-]*[@\[])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text. `is_hidden` means that it is the code point of an invisible character."""

    text: str
    is_hidden: bool


def pieces(text: str) -> list[Piece]:
    """Split text into pieces. Each hidden character is a separate piece, written as its code point."""
    found: list[Piece] = []
    end = 0
    for match in _HIDDEN.finditer(text):
        if match.start() > end:
            found.append(Piece(text[end : match.start()], is_hidden=False))
        found.append(Piece(f"U+{ord(match.group()):04X}", is_hidden=True))
        end = match.end()
    if end < len(text):
        found.append(Piece(text[end:], is_hidden=False))
    return found


def plain(text: str) -> str:
    """Return the text with hidden characters written as code points, such as ⟨U+202E⟩, for titles and attributes."""
    return _HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


# Names of authentication properties that look like hosts. Source: IANA, "Email Authentication Parameters".
_PROPERTIES = frozenset(
    "smtp.mailfrom smtp.helo smtp.auth smtp.rcptto smtp.remote-ip header.from header.rrvs policy.dmarc policy.iprev"
    " policy.dns policy.authority policy.indicator body.smime-part".split()
)


def defang(text: str) -> str:
    """Return the text with URLs and host names defanged, so that no program makes them clickable: hxxps://a[.]example.

    Email addresses are not changed: they are no links, and analysts compare them letter by letter.
    """
    text = _LINK.sub(_broken_link, text)
    return _HOST.sub(_broken_host, text)


def _broken_host(match: re.Match[str]) -> str:
    """Break a host name; names of authentication properties, such as smtp.mailfrom=, are none (RFC 8601)."""
    host = match.group()
    is_property = match.string[match.end() : match.end() + 1] == "="
    return host if is_property and host.lower() in _PROPERTIES else host.replace(".", "[.]")


def _broken_link(match: re.Match[str]) -> str:
    if match.group(1):
        first, middle, rest, colon, authority = match.group(1), "xx", match.group(2), match.group(3), match.group(4)
    else:
        first, middle, rest, colon, authority = match.group(5), "x", match.group(6), match.group(7), match.group(8)
    return first + middle + rest + colon + authority.replace(".", "[.]")


def split_address(address: str) -> tuple[str, str]:
    """Return (local part, @domain). The domain is empty if there is no @."""
    local, at, domain = address.rpartition("@")
    return (local, at + domain) if at else (address, "")


def domain_of(address: str) -> str:
    """Return the domain of an address in lower case, without the @. It is empty if there is none."""
    return split_address(address)[1].removeprefix("@").strip(" >").lower()

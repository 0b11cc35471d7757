"""Find web addresses in plain text, and choose which links of a message are listed.

Where an address ends follows UTS 58 (Unicode Linkification), stricter in one point: punctuation outside ASCII always
ends an address, since scripts without blanks put no blank behind it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.mail import limits
from gateway.mail.domains import has_listed_suffix
from gateway.mail.message import Link
from gateway.mail.web_address import WebAddress, read_address

# It begins with a set of letters, by which most text is passed over in a fraction of the time.
_START: Final = re.compile(
    r"[hHfFwW](?:(?<=[hH])[tT]{2}[pP][sS]?://|(?<=[fF])[tT][pP]://|(?<=[wW])(?<![A-Za-z0-9_@./-].)[wW]{2}\.(?=[^\s.]))",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9/&#%@=+$~-]+")
_SOFT: Final = ".,;:!?'*_"
_CLOSING: Final = {")": "(", "]": "["}
_ENDING: Final = frozenset('<>"`{}|\\^')
_ENDING_CATEGORIES: Final = frozenset({"Cc", "Cs", "Cn", "Zs", "Zl", "Zp", "Ps", "Pe", "Pi", "Pf", "Po"})
# UTS 46 reads these as the dots of a host name.
_DOTS: Final = "\u3002\uff0e\uff61"
_AFTER_HOST: Final = re.compile(r"[/?#:\\]")
_GLUED: Final = re.compile(r"([A-Za-z]{2,63})(?![\x00-\x7f])\w")
_UNFIT: Final = re.compile(r"[\s<]")


def links_in_text(text: str) -> Iterator[Link]:
    """Yield the addresses that stand in a text, in its order, each as often as it occurs."""
    position = 0
    while (match := _START.search(text, position)) is not None:
        start = match.start()
        written, position = _bracketed(text, start)
        if not written:
            position = _end(text, start, match.end())
            written = _without_glued_words(text[start:position], match.end() - start)
        read = read_address(written)
        if _is_whole(read, written):
            yield Link(read.href, "", "text", written=written if written != read.href else "")
        position = max(position, match.end())


def listed_links(links: Iterable[Link]) -> tuple[tuple[Link, ...], int]:
    """Return the links that are listed, and how many were left out that lead somewhere else than these.

    The first 2,000 are listed, and after them the first link to each further host, 5,000 links in all. An address that
    stands in a text is listed once, and not if another link has it.
    """
    found: list[Link] = []
    addresses: set[str] = set()
    hosts: set[str] = set()
    left_out = 0
    for link in links:
        if link.kind == "text" and link.href in addresses:
            continue
        host = read_address(link.href).host
        if len(found) < limits.LINKS or (host not in hosts and len(found) < limits.LINKS_TO_NEW_HOSTS):
            found.append(link)
            addresses.add(link.href)
            hosts.add(host)
        elif link.href not in addresses:
            left_out += 1
    return tuple(found), left_out


def _bracketed(text: str, start: int) -> tuple[str, int]:
    """Return an address in angle brackets that goes on over a line break (RFC 3986 appendix C), and its end."""
    before = text[max(0, start - 5) : start].upper()
    if not before.endswith(("<", "<URL:")):
        return "", start
    end = text.find(">", start, start + limits.LINK_CHARACTERS)
    if end < 0 or "\n" not in text[start:end]:
        return "", start
    joined = "".join(line.strip(" \t\r") for line in text[start:end].split("\n"))
    return ("", start) if _UNFIT.search(joined) else (joined, end)


def _end(text: str, start: int, position: int) -> int:
    """Return where the address that begins at `start` ends."""
    end = position
    opened: list[str] = []
    in_host = True
    stop = min(len(text), start + limits.LINK_CHARACTERS)
    while position < stop:
        plain = _PLAIN.match(text, position, stop)
        if plain is not None:
            in_host = in_host and _AFTER_HOST.search(plain[0]) is None
            position = end = plain.end()
            continue
        letter = text[position]
        if letter in _CLOSING:
            if not opened or opened.pop() != _CLOSING[letter]:
                break
            end = position + 1
        elif letter in "([":
            opened.append(letter)
        elif letter in _SOFT:
            in_host = in_host and letter not in "?:"
        elif letter in _DOTS and in_host:
            if not text[position + 1 : position + 2].isascii() or not text[position + 1 : position + 2].isalnum():
                break
        elif letter in _ENDING or unicodedata.category(letter) in _ENDING_CATEGORIES:
            break
        elif unicodedata.category(letter) != "Cf":
            end = position + 1
        position += 1
    return end


def _without_glued_words(address: str, host_start: int) -> str:
    """Return an address without the word of another script behind its host, as in `https://a.test` + `を見る`."""
    behind = _AFTER_HOST.search(address, host_start)
    host_end = behind.start() if behind else len(address)
    label = max(host_start, *(address.rfind(dot, 0, host_end) + 1 for dot in "." + _DOTS))
    glued = _GLUED.match(address, label, host_end)
    return address[: glued.end(1)] if glued and has_listed_suffix(f"a.{glued[1]}") else address


def _is_whole(read: WebAddress, written: str) -> bool:
    """Return whether the address names a host, and not only the beginning of one."""
    if not read.is_web or read.host == "www" or read.host.endswith("-"):
        return False
    return "://" in written[:8] or has_listed_suffix(read.host)

"""Words of links' addresses in the full-text index, which the search parameter `url` finds.

An address and the part of one that is searched for are first written alike (`plain`), then split as all text is
(`gateway.search.words`). The words stand in the column of the exact values, where `query` doesn't look. They begin with
`u`, so none of them is a key.

PostgreSQL keeps 255 places of a word in a text, and phrases need them. The bounds below leave two places for a word
that every address has.
"""

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import unquote

from gateway.mail.web_address import read_address, unicode_host
from gateway.search import words

ADDRESSES = 120
"""So many addresses of one message are found. One of each host comes first."""
ADDRESS_WORDS = 60
"""So many words of an address count, and of a part that is searched for."""
COMPARED = 500
"""So many addresses of one message are compared with what was written."""

_ENCODED_LABEL = re.compile(r"\bxn--[a-z0-9-]{1,59}", re.IGNORECASE)
_DEFANGED_SCHEME = re.compile(r"\bhxxp(?=s?\b)", re.IGNORECASE)
_DEFANGED_DOT = re.compile(r"[\[({](?:dot|\.)[\])}]", re.IGNORECASE)
_LONGEST_SPELLING = 16


def plain(address: str) -> str:
    """Return an address, or a part of one, as it is compared.

    Percent codes are decoded, host names are in letters, and what analysts write to make a link harmless (`hxxp`,
    `[.]`) is undone.
    """
    text = _ENCODED_LABEL.sub(lambda found: unicode_host(found[0].lower()), unquote(address))
    return _DEFANGED_DOT.sub(".", _DEFANGED_SCHEME.sub("http", text))


def address_words(address: str) -> list[str]:
    """Return the words by which an address, or a part of one, is found."""
    return words.words(plain(address))[:ADDRESS_WORDS]


def phrase(part: str) -> tuple[str, ...]:
    """Return the words of a part of an address as the index has them. Empty if it has no words."""
    return tuple(map(_spelling, address_words(part)))


def index_text(addresses: Iterable[str]) -> str:
    """Return the index text of the addresses of one message: at most ADDRESSES of them, one of each host first."""
    first: list[str] = []
    others: list[str] = []
    hosts = {""}
    for address in dict.fromkeys(addresses):
        host = read_address(address).host
        (others if host in hosts else first).append(address)
        hosts.add(host)
    chosen: dict[tuple[str, ...], None] = {}
    for address in (*first, *others):
        if len(chosen) == ADDRESSES:
            break
        if cut := phrase(address):
            chosen[cut] = None
    return words.separated(chosen)


def other_spellings(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return what the message wrote where it has other words than the address that was read from it.

    `pairs` are addresses as they were read and as they were written. At most ADDRESSES are returned, and the first
    COMPARED of them are looked at.
    """
    differing = dict.fromkeys((read, written) for read, written in pairs if written not in read)
    found = {written: None for read, written in islice(differing, COMPARED) if not _contains(read, written)}
    return list(found)[:ADDRESSES]


def _contains(address: str, part: str) -> bool:
    here, sought = address_words(address), address_words(part)
    return any(here[at : at + len(sought)] == sought for at in range(len(here) - len(sought) + 1))


def _spelling(word: str) -> str:
    spelling = words.spelling(word)
    return f"u{spelling}" if len(spelling) <= _LONGEST_SPELLING else f"u{words.key('url', word)}"

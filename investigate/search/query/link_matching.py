"""Matching of links by a part of their address, with the same rules as the gateway's search parameter `url`."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import ada_url

from investigate.search.query.word_matching import fits, words

ADDRESS_WORDS = 60
"""So many words of an address count, and of a part that is searched for."""
_ENCODED_LABEL = re.compile(r"\bxn--[a-z0-9-]{1,59}", re.IGNORECASE)
_DEFANGED_SCHEME = re.compile(r"\bhxxp(?=s?\b)", re.IGNORECASE)
_DEFANGED_DOT = re.compile(r"[\[({](?:dot|\.)[\])}]", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_QUERY = re.compile(r"[?#]")


def plain(address: str) -> str:
    """Return an address, or a part of one, as it is compared.

    Percent codes are decoded, host names are in letters, and what analysts write to make a link harmless (`hxxp`,
    `[.]`) is undone.
    """
    text = _ENCODED_LABEL.sub(_in_letters, unquote(address))
    return _DEFANGED_DOT.sub(".", _DEFANGED_SCHEME.sub("http", text))


def address_words(address: str) -> tuple[str, ...]:
    """Return the words by which an address, or a part of one, is found."""
    return words(plain(address))[:ADDRESS_WORDS]


def has_part(address: str, part: str) -> bool:
    """Return whether the words of `part` are adjacent in the address. Return False if `part` has no words."""
    sought, here = address_words(part), address_words(address)
    return bool(sought) and any(here[at : at + len(sought)] == sought for at in range(len(here) - len(sought) + 1))


def address_fits(pattern: str, address: str) -> bool:
    """Return whether the whole address matches the pattern, in which a star matches any characters.

    The pattern may leave out the scheme, a slash at the end, and everything from `?` or `#` on.
    """
    wanted = plain(pattern)
    return any(fits(wanted, form) for form in set(_forms(address)))


def _forms(address: str) -> Iterator[str]:
    for part in (address, _QUERY.split(address, maxsplit=1)[0]):
        whole = plain(part)
        scheme = _SCHEME.match(whole)
        for text in (whole, whole[scheme.end() :] if scheme else whole):
            yield text
            yield text.removesuffix("/")


def _in_letters(label: re.Match[str]) -> str:
    name = label[0].lower()
    return ada_url.idna_to_unicode(name) or name

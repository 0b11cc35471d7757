"""What similar mail is recognised by, in the form that the API gives: `api_client.models.MessageFeatures`."""

import re
from collections.abc import Iterable
from typing import Any, Final

from gateway.mail.domains import registrable_domain
from gateway.mail.web_address import read_address

MOST_VALUES: Final = 8
LONGEST_VALUE: Final = 120

_NUMBER: Final = re.compile(r"\d+")
_SEGMENT: Final = re.compile(r"[^/?&=._\s-]+")
_LONGEST_WORD: Final = 15


def features_of(*, text_minhash: str, links: Iterable[str], attachments: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the features of a message. `links` are addresses, `attachments` are (name, SHA-256). Each list is bounded.

    Numbers in paths and names, and words that mix letters with digits or are very long, become a #.
    """
    addresses = [address for address in map(read_address, links) if address.is_web]
    files = list(attachments)
    return {
        "text_minhash": text_minhash,
        "link_domains": _bounded(registrable_domain(address.host) or address.host for address in addresses),
        "link_paths": _bounded(shape(address.path) for address in addresses if len(address.path) > 1),
        "attachment_hashes": _bounded(digest for _name, digest in files),
        "attachment_names": _bounded(shape(name) for name, _digest in files),
    }


def shape(text: str) -> str:
    """Return a path or a file name with a # for what is drawn anew for each message, in lower case."""
    return _SEGMENT.sub(lambda match: _segment(match.group()), text.lower()[: 2 * LONGEST_VALUE])


def _segment(word: str) -> str:
    if len(word) > _LONGEST_WORD or (_NUMBER.search(word) and not word.isdigit() and len(word) > 4):
        return "#"
    return _NUMBER.sub("#", word)


def _bounded(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value[:LONGEST_VALUE] for value in values if value))[:MOST_VALUES]

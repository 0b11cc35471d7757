"""What a tag may be: one short word, without capitals, so that the same word is the same tag."""

from __future__ import annotations

import unicodedata

from investigate.annotations.models import LONGEST_TAG


class TagInvalid(ValueError):
    """The text is no tag. The message says why."""


def tag_of(text: str) -> str:
    """Return the tag that a text stands for. Raise TagInvalid if it can't be one."""
    tag = unicodedata.normalize("NFC", text.strip().removeprefix("#").casefold())
    if not tag:
        raise TagInvalid("Write the tag.")
    if len(tag) > LONGEST_TAG:
        raise TagInvalid(f"A tag has {LONGEST_TAG} characters at most.")
    if any(letter.isspace() or not letter.isprintable() or letter in _SYNTAX for letter in tag):
        raise TagInvalid("A tag is one word, without brackets, quotation marks, commas or stars.")
    return tag


_SYNTAX = frozenset('()"*,')
"""Characters with a meaning of their own in the search bar."""

"""The template of several texts: the words that all have, and between them those that vary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

TEXTS_AT_MOST = 5
WORDS_AT_MOST = 600
"""Comparing takes the square of the words at worst: about a tenth of a second for two texts of this length."""
VARIANTS_AT_MOST = 3
LONGEST_VARIANT = 120

_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a template. If it `varies`, `text` is how the first text has it, and `others` how others have it."""

    text: str
    varies: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A template. `texts` is how many texts were compared; `is_cut` says that their ends were not looked at."""

    parts: tuple[Part, ...]
    texts: int
    is_cut: bool = False


def template_of(texts: Sequence[str]) -> Template:
    """Return the template of up to TEXTS_AT_MOST texts, of which the first WORDS_AT_MOST words each are compared.

    A word is fixed if all texts have it at the same place. What only other texts have stands beside the varying words.
    """
    given = [_TOKEN.findall(text) for text in texts[:TEXTS_AT_MOST]]
    rows = [words[:WORDS_AT_MOST] for words in given]
    if not rows:
        return Template((), 0)
    first, *others = rows
    matches = [_matches(first, other) for other in others]
    fixed = [index for index in range(len(first)) if all(index in match for match in matches)]
    return Template(
        tuple(_parts(first, others, matches, fixed)), len(rows), any(len(words) > WORDS_AT_MOST for words in given)
    )


def _matches(first: list[str], other: list[str]) -> dict[int, int]:
    """Return where the words of the first text stand in the other one."""
    blocks = SequenceMatcher(None, first, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _parts(first: list[str], others: list[list[str]], matches: list[dict[int, int]], fixed: list[int]) -> list[Part]:
    parts: list[Part] = []
    run: list[str] = []
    before = -1
    for index in [*fixed, len(first)]:
        own = " ".join(first[before + 1 : index])
        between = [
            " ".join(other[_place(match, before, -1) + 1 : _place(match, index, len(other))])
            for other, match in zip(others, matches, strict=True)
        ]
        if own or any(between):
            if run:
                parts.append(Part(" ".join(run)))
                run = []
            variants = [text[:LONGEST_VARIANT] for text in dict.fromkeys(between) if text and text != own]
            parts.append(Part(own, varies=True, others=tuple(variants[:VARIANTS_AT_MOST])))
        if index < len(first):
            run.append(first[index])
        before = index
    if run:
        parts.append(Part(" ".join(run)))
    return parts


def _place(match: dict[int, int], index: int, otherwise: int) -> int:
    return match.get(index, otherwise)

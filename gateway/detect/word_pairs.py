"""Find lures by pairs of words that stand close to each other, in one pass over the words of a text."""

from typing import Final

from gateway.detect.folding import fold
from gateway.detect.kept_lists import kept_lines

_FURTHEST: Final = 5
_MOST_OF_A_SUBJECT: Final = 6


def _places() -> tuple[dict[str, tuple[tuple[int, int], ...]], tuple[str, ...]]:
    """Return the pairs and the sides that each word belongs to, and the subject of each pair."""
    places: dict[str, list[tuple[int, int]]] = {}
    subjects: list[str] = []
    for line in kept_lines("word_pairs"):
        subject, _language, *sides = line.split(" | ")
        for side, words in enumerate(sides):
            for word in fold(words).split():
                places.setdefault(word, []).append((len(subjects), side))
        subjects.append(subject)
    return {word: tuple(found) for word, found in places.items()}, tuple(subjects)


_PLACES, _SUBJECTS = _places()


def word_pairs(folded: str) -> dict[str, tuple[str, ...]]:
    """Return the pairs that a folded text contains, by subject, as `first … second` in the order of the text.

    The words of a pair stand at most five words apart. At most six pairs of a subject are told.
    """
    found: dict[str, dict[str, None]] = {}
    last: dict[tuple[int, int], tuple[int, str]] = {}
    for position, word in enumerate(folded.split()):
        for pair, side in _PLACES.get(word, ()):
            last[pair, side] = (position, word)
            other = last.get((pair, 1 - side))
            if other is None or other[1] == word or position - other[0] > _FURTHEST:
                continue
            pairs = found.setdefault(_SUBJECTS[pair], {})
            if len(pairs) < _MOST_OF_A_SUBJECT:
                pairs[f"{other[1]} … {word}"] = None
    return {subject: tuple(pairs) for subject, pairs in found.items()}

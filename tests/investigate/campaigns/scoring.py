"""How well groups agree with the labels of a made-up store, in pairs of messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.investigate.campaigns.made_store import Made


@dataclass(frozen=True, slots=True)
class Score:
    """`recall` is the share of a campaign's pairs that are together, `wrong` that of joined pairs that aren't of one.

    `campaign_wrong` is the same for the joined pairs with a message of a campaign in them. `poor` is the
    number of campaigns of which fewer than 80 % of the pairs are together.
    """

    recall: float
    wrong: float
    campaign_wrong: float
    poor: int


def pairs(number: int) -> int:
    return number * (number - 1) // 2


def score(made: Iterable[Made], groups: Iterable[Sequence[str]]) -> Score:
    labels = {one.traits.id: one.label for one in made}
    sizes = Counter(label for label in labels.values() if label.startswith("campaign"))
    together: defaultdict[str, int] = defaultdict(int)
    joined = wrong = about = about_wrong = 0
    for members in groups:
        found = Counter(labels[member] for member in members)
        right = sum(map(pairs, found.values()))
        joined, wrong = joined + pairs(len(members)), wrong + pairs(len(members)) - right
        others = sum(number for label, number in found.items() if not label.startswith("campaign"))
        mine = sum(pairs(number) for label, number in found.items() if label.startswith("campaign"))
        about += pairs(len(members)) - pairs(others)
        about_wrong += pairs(len(members)) - pairs(others) - mine
        for label, number in found.items():
            together[label] += pairs(number)
    return Score(
        recall=sum(together[label] for label in sizes) / sum(map(pairs, sizes.values())),
        wrong=wrong / max(joined, 1),
        campaign_wrong=about_wrong / max(about, 1),
        poor=sum(together[label] < 0.8 * pairs(size) for label, size in sizes.items()),
    )

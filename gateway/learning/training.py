"""Makes a model of the team's decisions, and finds out how much it may be listened to.

A model is a function of its examples: the same ones give the same model, in whatever order they came, and one that is
taken back leaves nothing behind. So it is always made anew, from the newest examples of each kind.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.detect.weigh import WITH_OPINION_FROM
from gateway.learning.linear_model import HAM, LABELS, LinearModel, Places

FEWEST: Final = 100
"""How many examples of each kind it takes before the model has a say."""
MOST: Final = 5_000
"""How many examples of each kind are learnt; older ones are left out."""

_PASSES: Final = 2
_FOLDS: Final = 5
_MOST_COMPARED: Final = 1_000
_WRONGED: Final = 0.005
_STRONGEST: Final = 0.9
WEAKEST: Final = 0.1
"""The smallest score that is said."""
CAUGHT: Final = 1.0
"""`Example.rules` of a message that the rules alone call SPAM or graver."""
_STRENGTHS: Final = tuple(step / 100 for step in range(0, 71, 2))
_LARGEST: Final = 0.7
_TIMID: Final = 0.1
_FEWEST_HAM: Final = 25


@dataclass(frozen=True, slots=True)
class Example:
    """One decision: the message's features and their digest, its label, and what the rules made of it.

    `rules` is how far the detectors' findings speak against it, from 0 to 1 (`Weight.score`), and 1 if they catch it.
    `is_bulk` says that the rules take it for bulk mail.
    """

    digest: str
    label: str
    message: Places
    rules: float = 0.0
    is_bulk: bool = False


@dataclass(frozen=True, slots=True)
class Strengths:
    """How much a model is listened to: the score of its finding for a margin of 1, on ordinary and on bulk mail.

    They differ because bulk mail is the harmless mail that resembles spam most. Who has taught none of it, has a model
    that takes every newsletter for spam.
    """

    ordinary: float
    bulk: float

    def score(self, margin: float, *, is_bulk: bool) -> float:
        """Return the score of a margin, from 0 to 0.9."""
        return min(_STRONGEST, max(0.0, margin * (self.bulk if is_bulk else self.ordinary)))


@dataclass(frozen=True, slots=True)
class Unknown:
    """An example, and its margin in a model that did not know it."""

    example: Example
    margin: float

    def is_caught(self, strength: float) -> bool:
        """Return whether rules and model together call it unwanted."""
        score = Strengths(strength, strength).score(self.margin, is_bulk=False)
        by_model = score >= WEAKEST and 1 - (1 - self.example.rules) * (1 - score) >= WITH_OPINION_FROM
        return self.example.rules == CAUGHT or by_model


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, how much it is listened to, and what it was made of.

    `counts` are the examples by label. `caught` is the share of each label's examples that rules and model together
    call unwanted, where the model did not know them, 0 to 1.
    """

    model: LinearModel
    strengths: Strengths
    counts: dict[str, int]
    caught: dict[str, float]


def train(examples: Iterable[Example]) -> Trained:
    """Return the model of at most MOST examples of each label."""
    # Sorted by digest, the kinds are mixed, and no order of teaching gives another model.
    ordered = sorted(examples, key=lambda example: example.digest)
    by_label = {label: [example for example in ordered if example.label == label][:MOST] for label in LABELS}
    kept = sorted((one for found in by_label.values() for one in found), key=lambda example: example.digest)
    compared = [one for found in by_label.values() for one in found[:_MOST_COMPARED]]
    unknown = list(_unknown(sorted(compared, key=lambda example: example.digest)))
    strengths = _strengths(unknown)
    return Trained(
        model=_model(kept),
        strengths=strengths,
        counts={label: len(found) for label, found in by_label.items()},
        caught={label: _share_caught(unknown, label, strengths) for label in LABELS},
    )


def _model(examples: Sequence[Example]) -> LinearModel:
    model = LinearModel()
    for _time in range(_PASSES):
        for example in examples:
            model.learn(example.message, example.label)
    return model


def _unknown(examples: Sequence[Example]) -> Iterator[Unknown]:
    """Yield each example with its margin in a model of the others (five-fold)."""
    for fold in range(_FOLDS):
        model = _model([example for index, example in enumerate(examples) if index % _FOLDS != fold])
        for example in examples[fold::_FOLDS]:
            yield Unknown(example, model.unwanted.margin(example.message))


def _strengths(unknown: Sequence[Unknown]) -> Strengths:
    """Return the strengths that catch most, while at most 0.5 % of ham that the rules leave alone is called unwanted.

    On a kind of mail of which hardly any ham was taught, nothing is known of the wrong that is done: there the model
    only adds a little to what the rules say.
    """
    allowed = int(sum(one.example.label == HAM for one in unknown) * _WRONGED)
    ordinary, bulk = (_tried([one for one in unknown if one.example.is_bulk == is_bulk]) for is_bulk in (False, True))
    best = (-1, Strengths(0.0, 0.0))
    for strength, (caught, wronged) in ordinary.items():
        for other, (caught_bulk, wronged_bulk) in bulk.items():
            if wronged + wronged_bulk <= allowed:
                # Of strengths that catch as many, the smallest.
                best = max(best, (caught + caught_bulk, Strengths(strength, other)), key=lambda found: found[0])
    return best[1]


def _tried(unknown: Sequence[Unknown]) -> dict[float, tuple[int, int]]:
    """Return for each strength how much unwanted mail it catches, and how much ham that the rules leave alone."""
    ham = [one for one in unknown if one.example.label == HAM]
    left_alone = [one for one in ham if one.example.rules != CAUGHT]
    others = [one for one in unknown if one.example.label != HAM]
    most = _LARGEST if len(ham) >= _FEWEST_HAM else _TIMID
    strengths = [strength for strength in _STRENGTHS if strength <= most]
    return {
        strength: (
            sum(one.is_caught(strength) for one in others),
            sum(one.is_caught(strength) for one in left_alone),
        )
        for strength in strengths
    }


def _share_caught(unknown: Sequence[Unknown], label: str, strengths: Strengths) -> float:
    same = [one for one in unknown if one.example.label == label]
    caught = sum(one.is_caught(strengths.bulk if one.example.is_bulk else strengths.ordinary) for one in same)
    return caught / (len(same) or 1)


def tells_phishing(model: LinearModel, message: Places) -> bool:
    """Return whether an unwanted message is rather phishing than spam."""
    return model.phishing.margin(message) > 0

"""What the learnt model says of a message: findings that name the words which weighed most."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.learnt import HARMLESS, UNWANTED
from gateway.detect.verdict import NONE, SPAM, SUSPICIOUS, Finding
from gateway.detect.weigh import weigh
from gateway.learning.features import features
from gateway.learning.linear_model import Line, LinearModel, place, places
from gateway.learning.training import WEAKEST, Strengths, tells_phishing

_HARMLESS_FROM: Final = -0.3
_HARMLESS_MOST: Final = 0.3
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Learnt:
    """A version of the model that verdicts listen to."""

    version: int
    model: LinearModel
    strengths: Strengths

    def opinion(self, evidence: Evidence, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what the model adds to the detectors' findings: that a message is unwanted, or that it is not.

        The finding weighs as much as the message's margin is large, and as the model was found to be right. It never
        makes a message MALICIOUS by itself.
        """
        seen = features(evidence, findings)
        message = places(seen)
        margin = self.model.unwanted.margin(message)
        score = self.strengths.score(margin, is_bulk=weigh(findings).is_bulk)
        names = (*seen.words, *seen.structure)
        if score >= WEAKEST:
            is_phishing = tells_phishing(self.model, message)
            words = _weightiest(self.model.unwanted, names, speaks_for=True)
            yield Finding(
                UNWANTED,
                SUSPICIOUS if is_phishing else SPAM,
                round(score, 3),
                f"By what the team decided on other mail, this reads like {'phishing' if is_phishing else 'spam'}."
                f" Most weighed {words}.",
                detail=f"version {self.version}, margin {margin:.2f}",
            )
        elif margin <= _HARMLESS_FROM:
            words = _weightiest(self.model.unwanted, names, speaks_for=False)
            yield Finding(
                HARMLESS,
                NONE,
                round(min(_HARMLESS_MOST, -margin * _HARMLESS_MOST), 2),
                f"By what the team decided on other mail, this reads like harmless mail. Most weighed {words}.",
                detail=f"version {self.version}, margin {margin:.2f}",
            )


def _weightiest(line: Line, names: Sequence[str], *, speaks_for: bool) -> str:
    """Return the features that weighed most in this direction, as words for a person: words before what is built."""
    weights = {name: line.weights[place(name)] * (1 if speaks_for else -1) for name in names}
    ordered = sorted((name for name, weight in weights.items() if weight > 0), key=lambda name: -weights[name])
    told = [name for name in ordered if name.startswith(_WORDS)] or ordered
    return ", ".join(list(dict.fromkeys(map(in_words, told)))[:_NAMED]) or "how it is built"


_WORDS: Final = ("word:", "subject:", "finding:", "link:says ")
_PREFIXES: Final[dict[str, Callable[[str], str]]] = {
    "word": lambda rest: f'"{rest}"',
    "subject": lambda rest: f'"{rest}" in the subject',
    "finding": lambda rest: f"the finding {rest}",
    "name": lambda rest: f'"{rest}" in the sender\'s name',
}


def in_words(feature: str) -> str:
    """Return a feature's name for a person."""
    kind, _, rest = feature.partition(":")
    if feature.startswith("link:says "):
        return f'"{feature.removeprefix("link:says ")}" on a link'
    told = _PREFIXES.get(kind)
    return told(rest) if told else f"the {kind} ({rest})"

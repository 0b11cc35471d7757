"""The lexicon: find the phrases of each subject that a text contains, in one pass with RE2."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import re2

from gateway.detect.folding import fold
from gateway.detect.words import account, money, offers, ordinary

_SUBJECTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "account": account.ACCOUNT,
    "urgent": account.URGENT,
    "sign-in": account.SIGN_IN,
    "document": account.DOCUMENT,
    "delivery": account.DELIVERY,
    "payment": money.PAYMENT,
    "bank change": money.BANK_CHANGE,
    "quiet approach": money.QUIET_APPROACH,
    "advance fee": money.ADVANCE_FEE,
    "extortion": money.EXTORTION,
    "call back": money.CALL_BACK,
    "prize": offers.PRIZE,
    "casino": offers.CASINO,
    "dating": offers.DATING,
    "pharmacy": offers.PHARMACY,
    "slimming": offers.SLIMMING,
    "crypto": offers.CRYPTO,
    "easy money": offers.EASY_MONEY,
    "sales": offers.SALES,
    "removal": offers.REMOVAL,
    "explicit": offers.EXPLICIT,
    "unsubscribe": ordinary.UNSUBSCRIBE,
    "receipt": ordinary.RECEIPT,
    "scan code": ordinary.SCAN_CODE,
}
# Japanese, Chinese, Korean and Arabic join words together, so their phrases are matched anywhere in the text.
_UNSPACED: Final = re.compile("[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_MEMORY: Final = 128 << 20
_SHORTEST_WORD: Final = 3


class Lexicon:
    """The phrases of all subjects, compiled into one RE2 set."""

    def __init__(self, subjects: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self._phrases: list[tuple[str, str]] = []
        for subject, languages in subjects.items():
            for phrase in dict.fromkeys(phrase for phrases in languages.values() for phrase in phrases):
                self._set.Add(re2.escape(_needle(phrase)))
                self._phrases.append((subject, phrase.strip("*")))
        self._set.Compile()

    def find(self, folded: str) -> dict[str, tuple[str, ...]]:
        """Return the phrases that a folded text contains, by subject.

        Subjects without a match are left out.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for index in self._set.Match(folded) or ():
            subject, phrase = self._phrases[index]
            found[subject].append(phrase)
        return {subject: tuple(sorted(phrases, key=len, reverse=True)) for subject, phrases in found.items()}


def _needle(phrase: str) -> str:
    """Return the string to search for in folded text: whole words, or part of a word at an end marked with `*`."""
    folded = fold(phrase.strip("*"))
    if _UNSPACED.search(folded):
        return folded.strip()
    folded = folded.rstrip() if phrase.endswith("*") else folded
    return folded.lstrip() if phrase.startswith("*") else folded


LEXICON: Final = Lexicon(_SUBJECTS)

LEXICON_WORDS: Final = frozenset(
    word
    for languages in _SUBJECTS.values()
    for phrases in languages.values()
    for phrase in phrases
    for word in fold(phrase.strip("*")).split()
    if len(word) >= _SHORTEST_WORD and word.isascii() and word.isalpha()
)
"""The single words of all phrases that are written in Latin letters without accents."""

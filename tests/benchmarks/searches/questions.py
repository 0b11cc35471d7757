"""What is searched for: each question as filters of the API, and as notmuch's library is asked the same.

Free words of the API look at names, addresses, subjects and files, those of notmuch at bodies too: words are asked of
the subject in both. What an address of a link contains, notmuch knows as adjacent words of the body.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Question:
    """One search: `filters` of the API, the query of notmuch, and how many messages are skipped before the 50."""

    name: str
    notmuch: str
    filters: dict[str, Any] = field(default_factory=dict)
    page: int = 1


def questions(rare: str) -> list[Question]:
    """Return the searches. `rare` is a word that a few subjects have."""
    return [
        Question("the newest 50", "*"),
        Question("a rare word", f"subject:{rare}", {"subject": rare}),
        Question("a common word", "subject:invoice", {"subject": "invoice"}),
        Question(
            "two words and a recipient",
            "subject:order subject:dispatched to:sales@acme.example",
            {"subject": "order dispatched", "recipient": ["sales@acme.example"]},
        ),
        Question("a sender's domain", "from:kestrel-logistics.example", {"sender": ["kestrel-logistics.example"]}),
        Question("a link's host", '"login sign portal test"', {"url": ["login.sign-portal.test"]}),
        Question("page 200", "*", page=200),
    ]


def rare_word(subjects: list[str], seed: int = 1) -> str:
    """Return a number of five digits or more that is a word of one of the subjects."""
    numbers = sorted({word for subject in subjects for word in subject.split() if word.isdigit() and len(word) > 4})
    return Random(seed).choice(numbers)

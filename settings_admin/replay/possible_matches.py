"""Which recent messages a content policy would match, and with which words: step by step, before it is saved.

A step is one page of the search, newest first, so it works on any backend. Where the policy reads bodies, it also
fetches the source of each message. Nothing is stored.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing
from django.utils import timezone

from api_client import Client
from api_client.models import Message
from dashboard.verdicts import Verdict, verdict_of
from settings_admin.kinds import CONTENT_POLICIES, Values
from settings_admin.replay.bodies import source_texts
from settings_admin.replay.policy_matching import Touch, disposition_of, in_body, reads_bodies, touching

SUBJECTS_A_STEP: Final = 200
BODIES_A_STEP: Final = 20
STEPS_AT_MOST: Final = 10
DAYS: Final = 30
SECONDS_FOR_BODIES: Final = 5.0
"""Time for a step's bodies. What was not read within it is counted as unread."""
_SALT: Final = "settings_admin.possible_matches"
_WORDS_AT_MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step begins: its number, from 1, the API's cursor, and the end of the time that is searched."""

    number: int
    cursor: str | None
    end: datetime

    def signed(self) -> str:
        """Return the place as text for a form, which nobody can change."""
        return signing.dumps([self.number, self.cursor, self.end.isoformat()], salt=_SALT, compress=True)

    @classmethod
    def of(cls, text: str) -> Place:
        """Return the place of a signed text; of an empty one, the beginning. Raise signing.BadSignature."""
        if not text:
            return cls(1, None, timezone.now())
        number, cursor, end = signing.loads(text, salt=_SALT)
        return cls(int(number), cursor, datetime.fromisoformat(end))


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that the policy would match: in which parts, and with which words of each part."""

    message: Message
    verdict: Verdict
    touches: tuple[Touch, ...]

    @property
    def body_words(self) -> tuple[str, ...]:
        """The words that were found in the body."""
        return tuple(word for touch in self.touches if touch.why == "body" for word in touch.words)


@dataclass(slots=True)
class Step:
    """What one step found. `first` is the number of its first message, from 1; `further` the signed next place."""

    number: int
    first: int
    looked: int = 0
    reads_bodies: bool = False
    read: int = 0
    unread: int = 0
    hits: list[Hit] = field(default_factory=list)
    further: str = ""
    is_more: bool = False

    @property
    def last(self) -> int:
        """The number of the step's last message."""
        return self.first + self.looked - 1

    def words(self, *, of_bodies: bool) -> list[tuple[str, int]]:
        """Return the different words with the number of messages that have them, the most frequent first."""
        counted = Counter(
            word
            for hit in self.hits
            for word in {
                one.casefold() for touch in hit.touches if of_bodies or touch.why != "body" for one in touch.words
            }
        )
        return counted.most_common(_WORDS_AT_MOST)


def possible_matches(client: Client, values: Values, place: Place) -> Step:
    """Look at the next messages. Raise ApiError if the API fails; a source that it won't give is counted as unread."""
    wanted: Mapping[str, Any] = {**values, "enabled": True}
    with_bodies = reads_bodies(CONTENT_POLICIES, wanted)
    per_page = BODIES_A_STEP if with_bodies else SUBJECTS_A_STEP
    found = client.investigate.list(
        per_page=per_page,
        cursor=place.cursor,
        detections_only=False,
        start=place.end - timedelta(days=DAYS),
        end=place.end,
    )
    step = Step(
        place.number,
        (place.number - 1) * per_page + 1,
        looked=len(found.items),
        reads_bodies=with_bodies,
        is_more=bool(found.next),
    )
    if found.next and place.number < STEPS_AT_MOST:
        step.further = Place(place.number + 1, found.next, place.end).signed()
    in_subject, until = touching(CONTENT_POLICIES, wanted), time.monotonic() + SECONDS_FOR_BODIES
    for message in found.items:
        touches = [touch] if (touch := in_subject(message)) else []
        if with_bodies:
            touches += _in_body(client, wanted, message, step, until)
        if touches:
            step.hits.append(Hit(message, verdict_of(disposition_of(message)), tuple(touches)))
    return step


def _in_body(client: Client, values: Values, message: Message, step: Step, until: float) -> list[Touch]:
    texts = source_texts(client, message.id) if time.monotonic() < until else None
    if texts is None:
        step.unread += 1
        return []
    step.read += 1
    meets = in_body(values)
    return [touch for text in texts if (touch := meets(text))][:1]

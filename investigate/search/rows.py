"""Rows of the message list: each message with the team's annotation."""

from collections.abc import Sequence
from dataclasses import dataclass

from investigate.annotations.selectors import Annotation, annotations_of
from investigate.display.message import DisplayedMessage


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list."""

    message: DisplayedMessage
    annotation: Annotation


def rows_of(messages: Sequence[DisplayedMessage]) -> list[Row]:
    """Return the rows of the given messages. No API call is made."""
    annotations = annotations_of(message.id for message in messages)
    return [Row(message, annotations.get(message.id, Annotation())) for message in messages]

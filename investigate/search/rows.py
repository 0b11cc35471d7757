"""Rows of the list: each message with what the team wrote about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from investigate.annotations.selectors import Annotation, annotations_of
from investigate.display.message import ShownMessage


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    message: ShownMessage
    annotation: Annotation


def rows_of(messages: Sequence[ShownMessage]) -> list[Row]:
    """Return the rows of these messages; the API is not asked."""
    annotations = annotations_of(message.id for message in messages)
    return [Row(message, annotations.get(message.id, Annotation())) for message in messages]

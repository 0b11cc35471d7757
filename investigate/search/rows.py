"""Rows of the message list: each message's values as the list's template writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.safestring import SafeString

from dashboard.mail_text import plain
from dashboard.opaque_ids import OpaqueIdConverter
from dashboard.templatetags.mail_text import reveal
from investigate.annotations.selectors import Annotation, annotations_of
from investigate.display.message import DisplayedMessage
from investigate.search.cells import cells_of
from investigate.search.columns import Column

_CONVERTER = OpaqueIdConverter()
_SAFE = f"{RFC3986_SUBDELIMS}/~:@"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list. `is_report` says that the API keeps the message apart, as a user's report.

    `name` is what screen readers call the message.
    """

    id: str
    name: str
    is_report: bool
    cells: SafeString

    def html(self, *, can_select: bool, is_open: bool) -> str:
        """Return the row. Its end tags are left out, as HTML permits."""
        marks = f"{' data-report' if self.is_report else ''}{' data-open' if is_open else ''}"
        return f"<tr class=message-row{marks}>{self._checkbox() if can_select else ''}{self.cells}\n"

    def _checkbox(self) -> str:
        return (
            f'<td class=row-check><input type=checkbox name=ids value="{escape(self.id)}" '
            f'aria-label="Select {escape(self.name)}">'
        )


def rows_of(messages: Sequence[DisplayedMessage], columns: Sequence[Column], message_prefix: str) -> list[Row]:
    """Return the rows of the given messages. No API call is made.

    `message_prefix` is the URL of the list up to the id of the message that is open beside it.
    """
    annotations, nobody = annotations_of(message.id for message in messages), Annotation()
    base = f"{reverse('investigate:search')}messages/"
    return [
        Row(
            message.id,
            plain(message.subject) or "the message without subject",
            bool(message.submission),
            cells_of(columns, message, annotations.get(message.id, nobody), _link(message, message_prefix, base)),
        )
        for message in messages
    ]


def _link(message: DisplayedMessage, prefix: str, base: str) -> str:
    """Return the link of a row, which opens the message beside the list. `hx-get` names its own page."""
    shown = reveal(message.subject) if message.subject else '<span class="muted">No subject</span>'
    own = f"{base}{_segment(message.id)}/{'?report=1' if message.submission else ''}"
    href = f"{escape(prefix)}{quote(message.id, safe=':')}"
    return f'<a class=row-link hx-get="{escape(own)}" href="{href}"><bdi>{shown}</bdi></a>'


def _segment(message_id: str) -> str:
    """Return an id as `reverse` writes it: hundreds of calls of that would cost more than the rows."""
    return quote(_CONVERTER.to_url(message_id), safe=_SAFE)

"""The rows of the message list: `{% message_rows rows can_select open_id %}`."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from investigate.search.rows import Row

register = template.Library()


@register.simple_tag
def message_rows(rows: Iterable[Row], can_select: object, open_id: object) -> SafeString:
    """Return the rows, with a checkbox each if the person may select. `open_id` is the message beside the list."""
    return SafeString("".join(row.html(can_select=bool(can_select), is_open=row.id == open_id) for row in rows))

"""Template tags of icons, with the names of the package heroicons: `{% heroicon_mini "bell" size=16 %}`.

They refer to the file of symbols. What it lacks is drawn in place.
"""

from functools import cache, partial

import heroicons
from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from dashboard.icons.symbols import NAME, VIEW_BOXES, used

register = template.Library()


def icon(style: str, name: str, *, size: int | None = None, **attributes: object) -> SafeString:
    """Render an icon of the package heroicons. `size` is its edge in pixels, that of its style if none is given."""
    edge = size or VIEW_BOXES[style]
    if (style, str(name)) not in used():
        return SafeString(heroicons._render_icon(style, str(name), edge, dict(attributes)))
    # Texts in a template count as safe, but they are none of an attribute: adding an empty text takes that away.
    more = format_html_join("", ' {}="{}"', ((key, str(value) + "") for key, value in attributes.items()))
    return SafeString(
        f'<svg width="{edge}" height="{edge}" aria-hidden="true"{more}><use href="{_url(style, name)}"/></svg>'
    )


@cache
def _url(style: str, name: str) -> str:
    return f"{static(NAME)}#{style}-{name}"


for _style in VIEW_BOXES:
    register.simple_tag(partial(icon, _style), name=f"heroicon_{_style}")

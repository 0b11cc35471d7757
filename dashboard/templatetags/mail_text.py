"""Template filters for text from mail. The text is untrusted, so it is escaped, and hidden characters are marked."""

from html import escape

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.mail_text import defang, domain_of, pieces, plain, split_address

register = template.Library()


def _text(value: object) -> str:
    return "" if value is None else str(value)


register.filter("plain", lambda value: plain(_text(value)))
register.filter("domain_of", lambda value: domain_of(_text(value)))


@register.filter
def reveal(value: object) -> SafeString:
    """Escape the text and mark invisible characters in it, such as a right-to-left override."""
    text = _text(value)
    # Fast path: most texts contain no hidden characters, and a page of rows has hundreds of texts.
    if text.isascii() and text.isprintable():
        return SafeString(escape(text))
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(
                    '<span class="hidden-character" title="A character that does not show">{}</span>', piece.text
                )
                if piece.is_hidden
                else conditional_escape(piece.text),
            )
            for piece in pieces(text)
        ),
    )


@register.filter("defang")
def defang_filter(value: object) -> SafeString:
    """Defang URLs and host names in the text, so that no page or chat makes them clickable, and escape the result."""
    return reveal(defang(_text(value)))


@register.filter
def defang_text(value: object) -> str:
    """Return the defanged text as plain text, for attributes and for copying."""
    return plain(defang(_text(value)))


@register.simple_tag
def address(value: object) -> SafeString:
    """Render an email address so that its domain is never truncated."""
    local, domain = split_address(_text(value))
    return SafeString(f'<bdi class="address"><span>{reveal(local)}</span><span>{reveal(domain)}</span></bdi>')

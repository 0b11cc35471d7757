"""Showing text from mail. All of it is somebody else's, so all of it is escaped, and what hides in it is shown."""

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
    """Escape the text and mark characters in it that nobody would see, such as a right-to-left override."""
    text = _text(value)
    # Nothing hides in most text, and a page of rows has hundreds of it.
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
    """Break links and hosts in the text, so that nothing on the page or in a chat makes them clickable; escaped."""
    return reveal(defang(_text(value)))


@register.filter
def defang_text(value: object) -> str:
    """Return the same as plain text, for attributes and for copying."""
    return plain(defang(_text(value)))


@register.simple_tag
def address(value: object) -> SafeString:
    """Show an address of mail such that its domain is never cut."""
    local, domain = split_address(_text(value))
    return format_html(
        '<bdi class="address"><span class="address-local">{}</span><span class="address-domain">{}</span></bdi>',
        reveal(local),
        reveal(domain),
    )

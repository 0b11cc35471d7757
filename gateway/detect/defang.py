"""Defanging of hosts, addresses and URLs, so that nobody opens them by accident."""

from typing import Final

_LONGEST: Final = 120


def defang(value: str) -> str:
    """Return a host, address or URL with `[dot]` for its dots and `hxxp` for its scheme, cut at 120 characters."""
    text = "".join(character for character in value if character.isprintable())[:_LONGEST]
    lowered = text[:5].lower()
    if lowered.startswith("http"):
        text = "hxxp" + text[4:]
    return text.replace(".", "[dot]")


def quoted(value: str) -> str:
    """Return free text of a message in quotation marks, defanged if it contains an address or a URL."""
    text = defang(value) if "@" in value or "://" in value else value[:_LONGEST]
    return '"' + "".join(character for character in text if character.isprintable()) + '"'

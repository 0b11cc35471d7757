"""Which addresses an HTML element leads to when it is clicked, sent or shown, and what only Outlook reads."""

import re
from collections.abc import Iterator
from typing import Final

# The elements whose address is followed, the attributes that hold it, and the kind of their links.
_TARGETS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "a": (("href", "xlink:href"), "a"),
    "area": (("href",), "area"),
    "form": (("action", "action-xhr"), "form"),
    "button": (("formaction",), "form"),
    "input": (("formaction",), "form"),
    "object": (("data",), "frame"),
    "embed": (("src",), "frame"),
    "iframe": (("src",), "frame"),
    "frame": (("src",), "frame"),
    **dict.fromkeys(("math", "mrow", "mi", "mo", "mn", "mtext", "mstyle", "maction"), (("href", "xlink:href"), "a")),
}
# The text of these elements is no content: markup is not read in it, and no program shows it.
CONTENTLESS: Final = frozenset({"script", "style", "title", "noembed", "noframes", "template", "iframe"})
# HTML 4.2.5.3: digits, dots and blanks, a separator, "url=", and the address, perhaps in quotation marks.
_REFRESH: Final = re.compile(r"[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.*))", re.IGNORECASE | re.DOTALL)
_CONDITION: Final = re.compile(r"\s*\[if\s+([^\]<>]{0,200})\]>(.*)", re.IGNORECASE | re.DOTALL)
_ENDIF: Final = re.compile(r"<!\[endif\]\s*\Z", re.IGNORECASE)
_VML: Final = "v:"
# The attributes that hold an address (in `srcdoc` a document, in `content` that of a refresh), and addresses in text.
_HOLDS_LINKS: Final = re.compile(r"href|src|action|data|content|://|www\.")


def may_lead(tag: str) -> bool:
    """Return whether elements of this name can lead anywhere."""
    return tag in _TARGETS or tag == "meta" or tag.startswith(_VML)


def may_hold_links(source: str) -> bool:
    """Return whether HTML holds anything that a link can stand in, in a fraction of the time that reading it takes."""
    return _HOLDS_LINKS.search(source.lower()) is not None


def targets(tag: str, attributes: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """Yield the addresses that an element leads to as they are written, each with the kind of its link."""
    if tag == "meta":
        if (attributes.get("http-equiv") or "").strip().lower() == "refresh":
            match = _REFRESH.match(attributes.get("content") or "")
            yield next(filter(None, match.groups()), "") if match else "", "a"
        return
    names, kind = _TARGETS.get(tag, (("href",), "a") if tag.startswith(_VML) else ((), ""))
    for name in names:
        if attributes.get(name):
            yield attributes[name] or "", kind


def is_outlook_only(tag: str) -> bool:
    """Return whether the element is VML, which Outlook for Windows draws and nobody else."""
    return tag.startswith(_VML)


def outlook_content(comment: str) -> str:
    """Return the HTML that a conditional comment shows to Outlook for Windows, or an empty string.

    A condition that only excludes Outlook holds for no mail program.
    """
    match = _CONDITION.match(comment)
    if match is None or match[1].strip().startswith("!"):
        return ""
    return _ENDIF.sub("", match[2])

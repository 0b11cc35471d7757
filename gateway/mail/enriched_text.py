"""Read text/enriched (RFC 1896) and text/richtext (RFC 1341) as the text that is shown."""

import re
from typing import Final

# RFC 1896: a command is a name of at most 60 letters, digits and hyphens; "<<" is a "<"; <param> holds no text.
_COMMAND: Final = re.compile(r"<<|</?([A-Za-z0-9-]{1,60})>")
_UNSEEN: Final = frozenset({"param", "comment"})
_BREAKING: Final = frozenset({"nl", "paragraph", "np"})
_LINE_BREAKS: Final = re.compile(r"\n(\n*)")


def enriched_text(source: str) -> str:
    """Return the text between the commands. Of several line breaks in a row, all but one are shown (RFC 1896)."""
    pieces: list[str] = []
    position = 0
    unseen = ""
    for match in _COMMAND.finditer(source):
        if not unseen:
            pieces.append(_filled(source[position : match.start()]))
        position = match.end()
        name = (match[1] or "").lower()
        if unseen:
            unseen = "" if name == unseen and match[0].startswith("</") else unseen
        elif not name:
            pieces.append("<")
        elif name in _UNSEEN and not match[0].startswith("</"):
            unseen = name
        elif name in _BREAKING:
            pieces.append("\n")
    pieces.append("" if unseen else _filled(source[position:]))
    return "".join(pieces)


def _filled(text: str) -> str:
    return _LINE_BREAKS.sub(lambda match: match[1] or " ", text.replace("\r\n", "\n"))

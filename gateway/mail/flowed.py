"""Undo format=flowed (RFC 3676): join the lines that a mail program broke, so that addresses in them are whole."""

import re
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_QUOTES: Final = re.compile(r">*+")
_SIGNATURE: Final = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Return the text with flowed lines joined and space-stuffing removed.

    `delete_space` is the parameter DelSp: whether the blank that marks a flowed line is deleted. Lines of different
    quote depth are not joined, nor is a signature's separator.
    """
    pieces: list[str] = []
    flowing: int | None = None
    for line in _LINE.findall(text):
        if not line:
            break
        content = line.rstrip("\r\n")
        end = line[len(content) :]
        marks = _QUOTES.match(content)
        depth = marks.end() if marks else 0
        bare = content[depth:].removeprefix(" ")
        joins = flowing == depth and bare != _SIGNATURE
        if not joins:
            # The blank of the line before stays, if no line of its depth follows: RFC 3676 4.5.
            pieces += ["\n"] if flowing is not None else []
            pieces.append(content[: len(content) - len(bare)] if depth else "")
        flows = bare.endswith(" ") and bare != _SIGNATURE
        pieces.append(bare[:-1] if flows and delete_space else bare)
        if flows:
            flowing = depth
        else:
            flowing = None
            pieces.append(end)
    return "".join(pieces)

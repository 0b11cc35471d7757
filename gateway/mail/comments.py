"""Take the comments out of structured header text (RFC 5322 3.2.2)."""

import re
from typing import Final

_TOKEN: Final = re.compile(r'[^\\"()]++|\\.|[\\"()]', re.DOTALL)


def without_comments(text: str) -> str:
    """Return the text with a blank in place of each comment outside of quotes.

    A bracket that is never closed is no comment, nor one within a file name that lacks its quotes: "copy (1).pdf".
    Linear.
    """
    if "(" not in text:
        return text
    kept: list[str] = []
    # Where each open bracket stands in `kept`.
    opened: list[int] = []
    quoted = is_name = False
    runs = _TOKEN.findall(text)
    for index, run in enumerate(runs):
        kept.append(run)
        if run == '"' and not opened:
            quoted = not quoted
        elif quoted:
            continue
        elif len(run) > 1 and not opened:
            _before, semicolon, last = run.rpartition(";")
            is_name = "name" in last.lower() or (is_name and not semicolon)
        elif run == "(":
            opened.append(len(kept) - 1)
        elif run == ")" and opened:
            start = opened.pop()
            following = runs[index + 1][:1] if index + 1 < len(runs) else ""
            if not opened and not (is_name and (following.isalnum() or following in {".", "_", "-"})):
                del kept[start:]
                kept.append(" ")
    return "".join(kept)

"""Leave out of a style sheet the rules that say nothing of what is seen, before the standard's parser reads it.

Most rules of most sheets set colours and fonts, and the parser takes ten times as long for them as this does.
"""

import re
from typing import Final

COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Where one of these stands, a brace may be text, and the sheet is left as it is.
_IRREGULAR: Final = re.compile(r"[\"'\\]|url\(|<!--|-->|[(\[][^()\[\]{}]{0,1000}[{}]", re.IGNORECASE)
_BRACE: Final = re.compile(r"([{}])")
_TELLING: Final = re.compile(
    r"(?<![\w-])(?:all|display|visibility|opacity|font|font-size|height|max-height|overflow|overflow-y|position|left|"
    r"top|text-indent|margin-left|margin-top)\s{0,100}:",
    re.IGNORECASE,
)


def telling_rules(text: str) -> str:
    """Return a style sheet without comments and without the rules that set no property which can hide or show text.

    A sheet with strings, escapes or addresses is returned as it is.
    """
    if _IRREGULAR.search(text):
        return text
    pieces = _BRACE.split(COMMENT.sub(" ", text))
    kept: list[str] = []
    place = 0
    while place < len(pieces):
        # A rule without rules in it: what stands before it, a brace, its declarations, a brace.
        is_rule = pieces[place + 1 : place + 2] == ["{"] and pieces[place + 3 : place + 4] == ["}"]
        if is_rule and not (_TELLING.search(pieces[place]) or _TELLING.search(pieces[place + 2])):
            place += 4
            continue
        end = place + (4 if is_rule else 2)
        kept.extend(pieces[place:end])
        place = end
    return "".join(kept)

"""Leave out of a style sheet the rules that say nothing of what is seen, before the standard's parser reads it.

Most rules of most sheets set colours and fonts, and the parser takes ten times as long for them as this does.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Whichever begins first: no comment begins in a string, and no string in a comment. A string ends with its line.
_COMMENT_OR_STRING: Final = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\r\n\f]|\\[^\r\n\f])*+\"?|'(?:[^'\\\r\n\f]|\\[^\r\n\f])*+'?", re.DOTALL
)
# Strings in which nothing looks like the end of a rule or the beginning of a comment, with what ends them.
_SIMPLE_STRING: Final = re.compile(
    r"\"(?:[^\"\\{}*\r\n\f]|\\[^{}*\r\n\f])*+(\"?)|'(?:[^'\\{}*\r\n\f]|\\[^{}*\r\n\f])*+('?)"
)
# Where one of these stands, what looks like a comment or the end of a rule may be text.
_IRREGULAR: Final = re.compile(r"[\"'\\]|url\((?!\s{0,20}[^\s()*{}]{0,2000}\s{0,20}\))", re.IGNORECASE)
# A brace in brackets ends no rule.
_ENCLOSED: Final = re.compile(r"[(\[][^()\[\]{}]{0,1000}(?:[{}]|(?<=[^()\[\]]{1000}))")
_BRACE: Final = re.compile(r"([{}])")
_ESCAPE: Final = re.compile(r"\\[a-z0-9]")
# The ways in which a style hides, what it must hold for one (in lower case), and the properties that decide on it.
# Elements that the browser hides by itself are shown by `display`, so this one always counts.
_WAYS: Final = {
    "visibility": (r"visibility\s*:\s*[hc]", "visibility"),
    "opacity": (r"opacity\s*:\s*[+.0]", "opacity"),
    "size": (r"font(?:-size)?\s*:\s*[+.]*0", "font|font-size"),
    "clipping": (r"height\s*:\s*[+.]*0", "height|max-height|overflow|overflow-y"),
    "place": (r"(?:left|top|text-indent)\s*:\s*-", "position|left|top|text-indent|margin-left|margin-top"),
}
_IN_USE: Final = {way: re.compile(pattern) for way, (pattern, _names) in _WAYS.items()}


def with_and_without_comments(style: str) -> str:
    """Return a style, and below it what remains without its comments, since what begins one may stand in a string."""
    return f"{style}\n{_COMMENT.sub('', style)}" if "/*" in style else style


def ways_of_hiding(styles: Iterable[str]) -> frozenset[str]:
    """Return the ways in which any of a document's style sheets and style attributes may hide, besides `display`."""
    text = "\n".join(map(with_and_without_comments, styles)).lower()
    if _ESCAPE.search(text):
        return frozenset(_WAYS)
    return frozenset(way for way, pattern in _IN_USE.items() if pattern.search(text))


@lru_cache(maxsize=64)
def _deciding(ways: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(["all", "display", *(_WAYS[way][1] for way in sorted(ways))])
    return re.compile(rf"(?<![\w-])(?:{names})(?:\s|/\*\*/)*+:")


def telling_rules(text: str, ways: frozenset[str]) -> str:
    """Return a style sheet without the rules that set no property which decides on these ways of hiding.

    A sheet in which a brace or what looks like a comment may be text is returned as it is.
    """
    plain = _COMMENT_OR_STRING.sub(lambda match: "/**/" if match[0].startswith("/") else match[0], text)
    if _IRREGULAR.search(_SIMPLE_STRING.sub(lambda match: "" if match[1] or match[2] else match[0], plain)):
        return text
    pieces = _BRACE.split(plain)
    if _ENCLOSED.search(plain) or not _is_balanced(pieces):
        return text
    telling = _deciding(ways)
    kept: list[str] = []
    place = 0
    while place < len(pieces):
        # A rule without rules in it: what stands before it, a brace, its declarations, a brace.
        is_rule = pieces[place + 1 : place + 2] == ["{"] and pieces[place + 3 : place + 4] == ["}"]
        if is_rule and not (telling.search(pieces[place].lower()) or telling.search(pieces[place + 2].lower())):
            place += 4
            continue
        end = place + (4 if is_rule else 2)
        kept.extend(pieces[place:end])
        place = end
    return "".join(kept)


def _is_balanced(pieces: list[str]) -> bool:
    """Return whether no closing brace stands where none is open: it would belong to a selector."""
    depth = 0
    for brace in pieces[1::2]:
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return True

"""Read the CSS that decides whether text is seen: declarations, and the rules of a document's style sheets.

Syntax and validity by CSS Syntax 3 (tinycss2) and the properties' own definitions; order by CSS Cascade 4.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

import tinycss2
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from gateway.mail.patience import patient
from gateway.mail.style_sheets import telling_rules, ways_of_hiding, with_and_without_comments

_MOST_RULES: Final = 5_000
_SHEET_CHARACTERS: Final = 500_000
_DEEPEST: Final = 3
# The widths of the two screens that a document is read for, in CSS pixels.
SCREENS: Final = (1_280, 390)

_KEYWORDS: Final[dict[str, frozenset[str]]] = {
    "display": frozenset(
        "none block inline inline-block flow-root flex inline-flex grid inline-grid table inline-table table-row "
        "table-cell table-row-group table-header-group table-footer-group table-column table-column-group "
        "table-caption list-item contents ruby".split()
    ),
    "visibility": frozenset({"visible", "hidden", "collapse"}),
    "overflow": frozenset("visible hidden clip scroll auto".split()),
    "overflow-y": frozenset("visible hidden clip scroll auto".split()),
    "position": frozenset("static relative absolute fixed sticky".split()),
}
_LENGTHS: Final = frozenset(
    ["font-size", "height", "max-height", "left", "top", "text-indent", "margin-left", "margin-top"]
)
_UNSIGNED: Final = frozenset({"font-size", "height", "max-height"})
# The keywords that every property has (CSS Cascade 4, 7.3), as the two that they come to here.
_GLOBAL: Final = {"initial": "initial", "revert": "initial", "inherit": "inherit", "unset": "inherit"}
_RESET: Final = ("display", "visibility", "opacity", "font-size", "height", "max-height", "overflow", "position")
_PIXELS: Final = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54}
_RELATIVE: Final = {"em": 1.0, "ex": 0.5, "ch": 0.5, "rem": 1.0, "vw": 0.8, "vh": 0.5, "vmin": 0.5, "vmax": 0.8}
_SIZES: Final = frozenset("xx-small x-small small medium large x-large xx-large xxx-large".split())
# What a style in lower case must hold to hide something. Escapes may stand for anything.
_HIDES: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*[hc]|opacity\s*:\s*[+.0]|\\[a-z0-9]|font\s*:\s*[+.]*0|"
    r"(?:font-size|height)\s*:\s*[+.]*0|(?:left|top|text-indent)\s*:\s*-"
)
_SHOWS: Final = re.compile(r"display|visibility|opacity|font-size|height", re.IGNORECASE)
_COLORS: Final = re.compile(r"(?<![\w-])color\s*:([^;!]*)")
_BACKGROUNDS: Final = re.compile(r"background(?:-color)?\s*:([^;!]*)")
# Selectors that look at the siblings of each element: their time grows with the square of the siblings' number.
_COSTLY: Final = re.compile(r"~(?!=)|:has|:nth|-of-type|:only", re.IGNORECASE)
_LARGE: Final = 3_000
_SECONDS: Final = 0.3
_WIDTH: Final = re.compile(r"\((m(?:ax|in)-width:|width[<>]=?)([\d.]+)(px|em|rem)\)")
_OTHER_MEDIA: Final = re.compile(r"\b(?:print|speech|aural|tty|tv|braille|embossed|handheld|projection)\b|:\s*dark\b")
_STATES: Final = re.compile(r":(?:hover|active|focus|visited|link|target|checked|before|after)|::", re.IGNORECASE)

# A length is a number with "px" or "em", where "em" stands for everything relative.
Value = str | float | tuple[float, str]
Declarations = tuple[tuple[str, Value, bool], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One style rule: selector, specificity, its declarations, and the screens (indexes) that it applies to.

    `hides` says whether it may hide anything.
    """

    selector: str
    specificity: tuple[int, int, int]
    declarations: Declarations
    screens: frozenset[int]
    hides: bool


@lru_cache(maxsize=4_096)
def may_hide(style: str) -> bool:
    """Return whether a style may hide something, in a fraction of the time that reading it takes."""
    text = with_and_without_comments(style).lower()
    if _HIDES.search(text):
        return True
    backgrounds = {value.strip() for value in _BACKGROUNDS.findall(text)}
    return bool(backgrounds) and not backgrounds.isdisjoint(value.strip() for value in _COLORS.findall(text))


@lru_cache(maxsize=4_096)
def declarations(style: str) -> Declarations:
    """Return the valid declarations of a style attribute that matter, as (property, value, whether it is important)."""
    return tuple(_read(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)))


def _read(nodes: list[Any]) -> Iterator[tuple[str, Value, bool]]:
    for node in nodes:
        if node.type != "declaration":
            continue
        tokens = [token for token in node.value if token.type not in {"whitespace", "comment"}]
        for name in _RESET if node.lower_name == "all" else (node.lower_name,):
            value = _value(name, tokens)
            if value is not None:
                yield "font-size" if name == "font" else name, value, node.important


def _value(name: str, tokens: list[Any]) -> Value | None:
    """Return the value of a property, or None if it is invalid, or not one that hides anything."""
    if name in {"color", "background-color", "background"}:
        return _color(tokens)
    if any(token.type == "function" for token in tokens):
        # What is computed, as var() and calc(), is valid and wins; its value is not worked out.
        return "initial"
    if not tokens or (len(tokens) > 1 and name not in {"font", "overflow"}):
        return None
    token = tokens[-1]
    if len(tokens) == 1 and token.type == "ident" and token.lower_value in _GLOBAL:
        return _GLOBAL[token.lower_value]
    if name == "font":
        return _font_size(tokens)
    if name in _KEYWORDS:
        word = token.lower_value if token.type == "ident" else ""
        return word if word in _KEYWORDS[name] else None
    if name == "opacity" and token.type in {"number", "percentage"}:
        return max(0.0, float(token.value))
    return _length(name, token) if name in _LENGTHS else None


def _length(name: str, token: Any) -> Value | None:
    if token.type == "ident":
        return token.lower_value if token.lower_value in _SIZES | {"auto", "none", "larger", "smaller"} else None
    if token.type not in {"dimension", "percentage", "number"} or (name in _UNSIGNED and token.value < 0):
        return None
    unit = token.lower_unit if token.type == "dimension" else "%" if token.type == "percentage" else "px"
    if unit in _PIXELS:
        return token.value * _PIXELS[unit], "px"
    if unit == "%":
        return token.value / 100, "em"
    return (token.value * _RELATIVE[unit], "em") if unit in _RELATIVE else None


def _font_size(tokens: list[Any]) -> Value | None:
    """Return the size in a `font` shorthand, which needs a family behind it."""
    for place, token in enumerate(tokens):
        is_size = token.type in {"dimension", "percentage"} or (token.type == "number" and token.value < 1)
        if is_size or (token.type == "ident" and token.lower_value in _SIZES | {"larger", "smaller"}):
            return _length("font-size", token) if place + 1 < len(tokens) else None
    return None


def _color(tokens: list[Any]) -> str | None:
    if len(tokens) != 1:
        return "mixed" if tokens else None
    token = tokens[0]
    if token.type == "ident":
        return str(token.lower_value)
    return _source([token]).lower() or "mixed" if token.type in {"hash", "function"} else "mixed"


def _source(nodes: list[Any]) -> str:
    """Return the text of nodes, or an empty string for brackets nested hundreds of times, which no browser takes."""
    try:
        return str(tinycss2.serialize(nodes))
    except RecursionError:
        return ""


def rules_of(tree: LexborHTMLParser) -> tuple[list[Rule], bool]:
    """Return the rules of a document's style sheets, and whether all of them were read.

    Sheets that hide nothing are read if they may show what the style of an element hides.
    """
    sheets = [(sheet.text(deep=True), sheet.attributes.get("media") or "") for sheet in tree.css("style")]
    hides = any(may_hide(text) for text, _media in sheets)
    if not hides and not (any(_SHOWS.search(text) for text, _media in sheets) and _has_hiding_element(tree)):
        return [], True
    ways = ways_of_hiding([*(text for text, _media in sheets), *_style_attributes(tree)])
    found: list[Rule] = []
    room = _SHEET_CHARACTERS
    for text, media in sheets:
        screens = frozenset(_screens(media))
        found.extend(
            rule if rule.screens <= screens else replace(rule, screens=rule.screens & screens)
            for rule in _sheet_rules(text[: max(0, room)], ways)
        )
        room -= len(text)
    return found[:_MOST_RULES], room >= 0 and len(found) <= _MOST_RULES


def _has_hiding_element(tree: LexborHTMLParser) -> bool:
    if tree.css_first("[hidden]") is not None:
        return True
    return any(map(may_hide, _style_attributes(tree)))


def _style_attributes(tree: LexborHTMLParser) -> Iterator[str]:
    return (node.attributes.get("style") or "" for node in tree.css("[style]"))


@lru_cache(maxsize=64)
def _sheet_rules(text: str, ways: frozenset[str]) -> tuple[Rule, ...]:
    parsed = tinycss2.parse_stylesheet(telling_rules(text, ways), skip_comments=True, skip_whitespace=True)
    return tuple(_rules(parsed, frozenset(range(len(SCREENS))), 0))


def _rules(nodes: list[Any], screens: frozenset[int], depth: int) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "at-rule" and node.content and node.lower_at_keyword in {"media", "supports", "layer"}:
            shown = screens
            if node.lower_at_keyword == "media":
                shown = screens & frozenset(_screens(_source(node.prelude)))
            if shown and depth < _DEEPEST:
                inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                yield from _rules(inner, shown, depth + 1)
        elif node.type == "qualified-rule":
            content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            values = tuple(
                entry for entry in _read(content) if entry[0] not in {"color", "background", "background-color"}
            )
            selector = _source(node.prelude).strip()
            if values and selector and not _STATES.search(selector):
                content_source = _source(node.content)
                hides = not content_source or may_hide(content_source)
                yield from (Rule(one, _specificity(one), values, screens, hides) for one in _selectors(selector))


def _selectors(selector: str) -> list[str]:
    """Return the selectors of a list one by one, since an unknown one must not take the others with it."""
    return [selector] if "(" in selector else [one.strip() for one in selector.split(",") if one.strip()]


def _specificity(selector: str) -> tuple[int, int, int]:
    """Return the specificity (Selectors 4, 17), close enough for what stands in mail."""
    names = re.findall(r"(?:^|[\s>+~])[a-zA-Z]", selector)
    return selector.count("#"), sum(map(selector.count, ".[:")), len(names)


def _screens(media: str) -> Iterator[int]:
    """Yield the indexes of the screens that a media query list applies to."""
    queries = media.lower().split(",")
    for index, width in enumerate(SCREENS):
        if any(_applies(query, width) for query in queries):
            yield index


def _applies(query: str, width: int) -> bool:
    fits = not _OTHER_MEDIA.search(query)
    features = "".join(query.split()).replace("device-", "")
    for kind, number, unit in _WIDTH.findall(features):
        bound = _number(number) * (1 if unit == "px" else 16)
        fits = fits and (width <= bound if kind in {"max-width:", "width<", "width<="} else width >= bound)
    return fits != query.strip().startswith("not")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@dataclass(slots=True)
class AppliedRules:
    """The rules that apply to an element, in the order of the cascade.

    Also whether one of them may hide it, and whether one of them applies to some screens only.
    """

    rules: list[Rule] = field(default_factory=list)
    hides: bool = False
    differs: bool = False


def matched(tree: LexborHTMLParser, rules: list[Rule]) -> tuple[dict[int, AppliedRules], bool]:
    """Return the rules of each element that a rule applies to, by `mem_id`, and whether all of them were applied."""
    found: dict[int, AppliedRules] = {}
    is_large = len(tree.css("*")) > _LARGE if rules else False
    end = time.process_time() + patient(_SECONDS)
    whole = True
    for rule in sorted(rules, key=lambda rule: rule.specificity):
        if time.process_time() > end or (is_large and _COSTLY.search(rule.selector)):
            # What hides and is not applied leaves more to be read.
            whole = whole and rule.hides
            continue
        try:
            nodes = tree.css(rule.selector)
        except SelectolaxError:
            continue
        for node in nodes:
            applied = found.setdefault(node.mem_id, AppliedRules())
            applied.rules.append(rule)
            applied.hides = applied.hides or rule.hides
            applied.differs = applied.differs or len(rule.screens) < len(SCREENS)
    return found, whole

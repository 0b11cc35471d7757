"""Whether the reader sees an element, by the styles that mail programs honour.

An element is read for a wide and a narrow screen, and is visible if one of them shows it. What hides: `display: none`,
`visibility`, `opacity: 0`, a font below one pixel, a box without height that clips what overflows it, a place far off
the page, and text in the colour that the same style gives its background. `mso-hide` hides from Outlook alone.
"""

from dataclasses import dataclass
from typing import Final

from gateway.mail.html_styles import SCREENS, AppliedRules, Declarations, Rule, Value, declarations, may_hide

UNSEEN: Final = frozenset(["head", "datalist", "desc", "dialog", "metadata", "defs", "rp", "symbol"])
"""The elements that the browser's own style sheet hides; a dialog is hidden until it is opened."""
# Elements whose font the browser's own style sheet sets in pixels.
_OWN_FONT: Final = frozenset({"input", "button", "select", "textarea"})
_BLOCK: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary ul".split()
)
_NO_COLOR: Final = frozenset({"mixed", "inherit", "transparent", "currentcolor"})
_MEDIUM: Final = 16.0
_INVISIBLE_SIZE: Final = 1.0
_FAR_OFF: Final = -400.0
_AWAY: Final = (("left", True), ("top", True), ("text-indent", False), ("margin-left", False), ("margin-top", False))


@dataclass(frozen=True, slots=True)
class _Look:
    """How an element looks on one screen. `gone` holds for everything within; the others can be set anew."""

    gone: bool = False
    invisible: bool = False
    camouflaged: bool = False
    font: float = _MEDIUM

    @property
    def is_hidden(self) -> bool:
        return self.gone or self.invisible or self.camouflaged or self.font < _INVISIBLE_SIZE


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether an element's own text is visible, on each screen. If it `is_gone`, so is all within it, on both."""

    looks: tuple[_Look, ...] = (_Look(),) * len(SCREENS)
    hidden: bool = False
    is_gone: bool = False


SHOWN: Final = Visibility()


def visibility(
    parent: Visibility, tag: str, attributes: dict[str, str | None], applied: AppliedRules | None, *, quirks: bool
) -> Visibility:
    """Return the visibility of an element from its parent's.

    `applied` are the rules of style sheets that apply to it. In quirks mode (HTML 15.3.10) a table does not
    inherit the size of the font.
    """
    if parent.is_gone:
        return parent
    style = attributes.get("style") or ""
    is_plain = parent is SHOWN and not (style and may_hide(style)) and not (applied and applied.hides)
    if is_plain and tag not in UNSEEN and "hidden" not in attributes:
        return parent
    own = declarations(style) if style else ()
    presented = _presented(tag, attributes)
    looks: tuple[_Look, ...] = ()
    for screen, look in enumerate(parent.looks):
        if looks and look == parent.looks[0] and not (applied and applied.differs):
            looks += looks[:1]
            continue
        rules = [rule for rule in applied.rules if screen in rule.screens] if applied else []
        looks += (_look(look, tag, presented, _cascaded(rules, own), quirks=quirks),)
    if looks == parent.looks:
        return parent
    if looks == SHOWN.looks:
        return SHOWN
    return Visibility(looks, all(look.is_hidden for look in looks), all(look.gone for look in looks))


def _presented(tag: str, attributes: dict[str, str | None]) -> str:
    """Return "hidden" for an element that the browser's own style sheet hides, "sized" if it sets the font."""
    if "hidden" in attributes or (tag in UNSEEN and not (tag == "dialog" and "open" in attributes)):
        return "hidden"
    return "sized" if tag in _OWN_FONT or (tag == "font" and attributes.get("size")) else ""


def _cascaded(rules: list[Rule], own: Declarations) -> dict[str, Value]:
    """Return the winning value of each property (CSS Cascade 4, 6.1)."""
    sheets = [entry for rule in rules for entry in rule.declarations]
    values: dict[str, Value] = {}
    for entries, important in ((sheets, False), (own, False), (sheets, True), (own, True)):
        values.update({name: value for name, value, weight in entries if weight == important})
    return values


def _look(parent: _Look, tag: str, presented: str, values: dict[str, Value], *, quirks: bool) -> _Look:
    display = values.get("display", "none" if presented == "hidden" else "")
    font = _MEDIUM if presented == "sized" or (tag == "table" and quirks) else parent.font
    if "font-size" in values:
        font = _sized(values["font-size"], parent.font)
    shows = values.get("visibility", "inherit")
    invisible = parent.invisible if shows == "inherit" else shows in {"hidden", "collapse"}
    gone = (
        parent.gone
        or display == "none"
        or values.get("opacity") == 0
        or _is_clipped(tag, str(display), values)
        or _is_away(values)
    )
    camouflaged = _is_camouflaged(values) if "color" in values or tag == "font" else parent.camouflaged
    return _Look(gone, invisible, camouflaged, font)


def _sized(value: Value, inherited: float) -> float:
    if isinstance(value, tuple):
        number, unit = value
        return number if unit == "px" else number * inherited
    return inherited if value in {"inherit", "larger", "smaller"} else _MEDIUM


def _is_clipped(tag: str, display: str, values: dict[str, Value]) -> bool:
    """Return whether an element is a box without height that clips what overflows it."""
    if display in {"inline", "contents"} or display.startswith("table") or not (display or tag in _BLOCK):
        return False
    clips = values.get("overflow", values.get("overflow-y")) in {"hidden", "clip"}
    heights = (values.get("height"), values.get("max-height"))
    return clips and any(isinstance(height, tuple) and height[0] == 0 for height in heights)


def _is_away(values: dict[str, Value]) -> bool:
    placed = values.get("position") in {"absolute", "fixed"}
    for name, needs_position in _AWAY:
        value = values.get(name)
        if isinstance(value, tuple) and value[1] == "px" and value[0] <= _FAR_OFF and (placed or not needs_position):
            return True
    return False


def _is_camouflaged(values: dict[str, Value]) -> bool:
    color = values.get("color")
    background = values.get("background-color", values.get("background"))
    return color is not None and color == background and color not in _NO_COLOR

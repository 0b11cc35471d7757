"""The stylesheets: enough contrast in light and dark, and the rules of the house."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

from dashboard.verdicts import _VERDICTS, verdict_of

STATIC = Path(settings.BASE_DIR) / "static"
SHEETS = sorted(STATIC.glob("css/**/*.css"))
TOKENS = (STATIC / "css/tokens.css").read_text()
SURFACES = [
    "surface",
    "surface-sunken",
    "surface-raised",
    "surface-hover",
    "surface-pressed",
    "selection",
    "selection-hover",
]
VERDICTS = ["malicious", "suspicious", "spoof", "spam", "bulk", "clean"]


def colour(name: str, scheme: str) -> tuple[float, float, float]:
    """Return the token as linear sRGB. Source of the matrices: CSS Color 4, from OKLab."""
    found = re.search(rf"--{name}: light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)", TOKENS)
    assert found, name
    lightness, chroma, hue = (float(part.rstrip("%")) for part in found.group(1 if scheme == "light" else 2).split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    light = lightness / 100
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))


def contrast(first: str, second: str, scheme: str) -> float:
    """Return the contrast of WCAG 2 between two tokens."""

    def luminance(name: str) -> float:
        red, green, blue = colour(name, scheme)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", ["text", "text-muted", *VERDICTS])
def test_text_can_be_read_on_every_surface(text, surface, scheme):
    assert contrast(text, surface, scheme) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("text", "bad-surface"),
        ("text", "warning-surface"),
        ("text", "good-surface"),
        ("malicious", "bad-surface"),
        ("suspicious", "warning-surface"),
        ("clean", "good-surface"),
    ],
)
def test_text_can_be_read_on_its_own_colour(text, surface, scheme):
    assert contrast(text, surface, scheme) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("surface", ["surface", "surface-sunken", "surface-raised"])
@pytest.mark.parametrize("mark", ["accent", "line-strong"])
def test_marks_and_edges_of_controls_can_be_seen(mark, surface, scheme):
    assert contrast(mark, surface, scheme) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_keeps_to_its_layer_and_to_the_names(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert "!important" not in text
    layers = re.findall(r"@layer (\w+) \{", text)
    assert len(layers) == 1
    defined = set(re.findall(r"(--[\w-]+):", TOKENS))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined
    if sheet.name != "tokens.css":
        colours = re.findall(r"(?:#[0-9a-f]{3,8}\b|rgba?\(|hsla?\()", text)
        assert colours == []


def test_the_layers_are_named_in_order_before_all_else():
    first = (STATIC / "css/reset.css").read_text().splitlines()[0]
    assert first == "@layer reset, tokens, base, layout, components, pages;"


def test_the_first_visit_weighs_little():
    page_files = [*SHEETS, *STATIC.glob("js/*.js")]
    assert sum(len(path.read_bytes()) for path in page_files) < 120_000


@pytest.mark.parametrize(
    "verdict", sorted({*_VERDICTS.values(), verdict_of("SOMETHING_NEW")}, key=lambda each: each.label)
)
def test_each_verdict_has_its_mark(verdict):
    marks = (STATIC / "css/components/marks.css").read_text()
    assert f'.verdict-{verdict.kind}::before {{\n    content: "{verdict.mark}" / "";' in marks

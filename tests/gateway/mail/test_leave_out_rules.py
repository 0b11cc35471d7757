"""Rules that decide nothing are left out of a style sheet, and no rule that does."""

import random

import pytest
import tinycss2

from gateway.mail.html_reading import read_html
from gateway.mail.style_sheets import telling_rules, ways_of_hiding

PIECES = [
    *("a", ".b", "{", "}", ";", ",", " ", "\n", "(", ")", "[", "]", '"', "'", "\\", "/*", "*/"),
    *("<!--", "-->", "url("),
    *(
        "display:none",
        "visibility:hidden",
        "color:red",
        "font-size:0",
        "--x:",
        "!important",
        "@media x",
        "@import 'a';",
    ),
]
DECIDING = {"display", "visibility", "font-size"}


def rules(sheet: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return selector and deciding declarations of the rules that have any, at the top and in media rules."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    waiting = list(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))
    while waiting:
        node = waiting.pop(0)
        if node.type == "at-rule" and node.content:
            waiting += tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        elif node.type == "qualified-rule":
            content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            set_here = [
                (entry.lower_name, tinycss2.serialize(entry.value)) for entry in content if entry.type == "declaration"
            ]
            deciding = [(name, value.strip()) for name, value in set_here if name in DECIDING]
            if deciding:
                found.append((tinycss2.serialize(node.prelude).strip(), deciding))
    return found


def test_what_is_left_decides_the_same_whatever_the_sheet_is():
    choice = random.Random(20_261_127)
    left_out = 0
    for _ in range(8_000):
        sheet = "".join(choice.choices(PIECES, k=choice.randint(3, 24)))
        shorter = telling_rules(sheet, ways_of_hiding([sheet]))
        assert rules(shorter) == rules(sheet), sheet
        left_out += len(shorter) < len(sheet)
    assert left_out > 200


@pytest.mark.parametrize(
    "between",
    ["/**/", " /* x */ ", " " * 300, "\n\t/**//**/", "/*" + "x" * 3_000 + "*/"],
    ids=["comment", "spaced", "blanks", "lines", "long"],
)
@pytest.mark.parametrize("style", ["display{}: none", "visibility{}: hidden", "font-size{}: 0"])
def test_a_rule_counts_whatever_stands_before_its_colon(style, between):
    sheet = "p { color: red } .x { " + style.format(between) + " }"
    assert read_html(f"<style>{sheet}</style><p class=x>unseen</p><p>seen</p>").text == "seen"


def test_most_of_a_sheet_is_left_out():
    sheet = "@media screen { p { color: red } .x { display: none } } " + "td { font-family: 'A B', serif }\n" * 50
    assert telling_rules(sheet, frozenset()).split() == "@media screen { .x { display: none } }".split()


@pytest.mark.parametrize(
    "style",
    ["visibility: hidden", "opacity: 0", "font-size: 0", "max-height: 0; overflow: hidden", "text-indent: -999px"],
)
def test_a_comment_that_is_never_closed_covers_no_other_style(style):
    reading = read_html(f"<p style='/*'>a</p><style>.x {{ {style} }}</style><p class=x>unseen</p><p>seen</p>")
    assert reading.text.split() == ["a", "seen"]


def test_what_looks_like_a_comment_in_a_string_covers_no_style():
    reading = read_html("<p style='content: \"/*\"; display: none'>unseen</p><p>seen</p>")
    assert reading.text == "seen"


@pytest.mark.parametrize("note", ["/* don't */", '/* a " b */', "p::before { content: '\\201c' }", "/* } { */"])
def test_notes_and_marks_between_rules_cost_nothing(note):
    sheet = f"{note} td {{ color: red }}\n" * 20 + ".x { display: none }"
    assert "color" not in telling_rules(sheet, frozenset())

"""All CSV of the project is written by one writer, whose cells can't become formulas."""

import csv
import io
import re
from pathlib import Path

import pytest

from dashboard.csv_cells import csv_line, neutralise_formula, restore_formula

ROOT = Path(__file__).parents[2]
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "\t=1",
    "\r=1",
    " =1",
    "\ufeff=1",
    "|calc",
    "%0",
]


def test_nothing_else_writes_csv():
    by_hand = re.compile(r"csv\.(writer|DictWriter)|from csv import|text/csv.*join")
    found = [
        str(path.relative_to(ROOT))
        for part in (
            "api_client",
            "dashboard",
            "file_types",
            "gateway",
            "investigate",
            "policy_patterns",
            "settings_admin",
        )
        for path in (ROOT / part).rglob("*.py")
        if by_hand.search(path.read_text())
    ]
    assert found == ["dashboard/csv_cells.py"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("before", ["", "x;", "x\t", "x\r", "x\n", "; ", ";\t", "';"])
def test_no_cell_begins_a_formula_whatever_the_separator_is(formula, before):
    line = csv_line(["a", before + formula, 'b"'])
    for separator in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            rows = csv.reader(io.StringIO(line, newline=""), delimiter=separator, quoting=quoting)
            for cell in (cell for row in rows for cell in row):
                assert not re.match(r'["\s\ufeff]*[=+\-@＝＋－＠|%]', cell), (separator, cell)


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''=1", "x;=1", "x;'=1", "a; +b", "plain", "'quoted'", "a\r\n=b"])
def test_what_is_read_back_is_what_was_written(text):
    assert restore_formula(neutralise_formula(text)) == text


def test_every_cell_is_quoted():
    assert csv_line(["a", None, 1, 'say "x"', "nul\0"]) == '"a","","1","say ""x""","nul"\r\n'

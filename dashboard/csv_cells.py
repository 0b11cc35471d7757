"""The one writer of CSV (RFC 4180), whose cells are safe to open in a spreadsheet.

All cells are quoted. Nothing else in the project writes CSV: a test searches for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

# A spreadsheet evaluates a cell that begins with one of these. Fullwidth forms of `=+-@` are formulas in East Asian
# locales. It may also split a cell at `;`, a tab or a line break, whatever the quotes say, so what follows such a
# separator begins a cell too. Blanks and a byte order mark don't count.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20|%"
_BLANKS = "[ \u00a0\ufeff]*'*"
_AT_START = rf"(?={_BLANKS}[{_FORMULA}\t\r\n])"
_WITHIN = rf"(?={_BLANKS}[{_FORMULA}])"
_TO_NEUTRALISE = re.compile(rf"\A{_AT_START}|(?<=[;\t\r\n]){_WITHIN}")
_NEUTRALISED = re.compile(rf"\A'{_AT_START}|(?<=[;\t\r\n])'{_WITHIN}")


class _Echo:
    """A file-like object for `csv.writer`. Its `write` returns the line, so that `writerow` returns it too."""

    def write(self, line: str) -> str:
        return line


_writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")


def csv_line(cells: Iterable[object]) -> str:
    """Return one line with its end, each cell quoted and neutralised. None is an empty cell."""
    line: str = _writer.writerow([neutralise_formula(cell) for cell in cells])
    return line


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the rows as lines of CSV."""
    yield from map(csv_line, rows)


def neutralise_formula(value: object) -> str:
    """Return the cell's text with an apostrophe before each place where a spreadsheet would begin a formula.

    NUL characters are removed. A cell may contain any text from a mail. Source: OWASP, "CSV Injection".
    """
    text = "" if value is None else str(value).replace("\0", "")
    return _TO_NEUTRALISE.sub("'", text)


def restore_formula(cell: str) -> str:
    """Return the text that `neutralise_formula` made the cell of, for files that are read back."""
    return _NEUTRALISED.sub("", cell)

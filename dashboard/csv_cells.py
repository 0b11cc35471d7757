"""Writes lines of CSV (RFC 4180) whose cells are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
"""Characters that start a formula in a spreadsheet, including the fullwidth forms of `=`, `+`, `-` and `@`."""


class LineEcho:
    """A file-like object for `csv.writer`. Its `write` returns the line, so that `writerow` returns it too."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the rows as lines of CSV (RFC 4180), each cell neutralised."""
    writer = csv.writer(LineEcho())
    for row in rows:
        yield writer.writerow([neutralise_formula(cell) for cell in row])


def neutralise_formula(value: object) -> str:
    """Return the cell's text, with an apostrophe in front if a spreadsheet would evaluate it as a formula.

    Blanks and a byte order mark before the formula are ignored. NUL characters are removed. A cell may contain any text
    from a mail. Source: OWASP, "CSV Injection".
    """
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) else text

"""Writing entries as a file that the dashboard, a spreadsheet and this console read alike."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from settings_admin.files.reading import FORMULA
from settings_admin.kinds import Kind


class Echo:
    """What the csv module writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def file_lines(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the file's lines, its head first; the entries are given by their values."""
    writer = csv.writer(Echo())
    yield writer.writerow([title for title, _name in kind.columns])
    for values in entries:
        yield writer.writerow([_cell(values.get(name)) for _title, name in kind.columns])


def guarded(text: str) -> str:
    """Return a text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded("" if value is None else str(value))

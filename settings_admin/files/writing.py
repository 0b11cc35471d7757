"""Write entries as a CSV file that the Cloudflare dashboard, spreadsheets and this console can read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashboard.csv_cells import LineEcho
from settings_admin.files.reading import FORMULA
from settings_admin.kinds import Kind


def file_lines(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of the CSV file, header first. `entries` are the fields' values of each entry."""
    writer = csv.writer(LineEcho())
    yield writer.writerow([title for title, _name in kind.columns])
    for values in entries:
        yield writer.writerow([_cell(values.get(name)) for _title, name in kind.columns])


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front if a spreadsheet would evaluate it as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded("" if value is None else str(value))

"""Write entries as a CSV file that the Cloudflare dashboard, spreadsheets and this console can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from dashboard.csv_cells import csv_lines
from settings_admin.kinds import Kind


def file_lines(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of the CSV file, header first. `entries` are the fields' values of each entry."""
    head = [title for title, _name in kind.columns]
    rows = ([_cell(values.get(name)) for _title, name in kind.columns] for values in entries)
    yield from csv_lines(chain([head], rows))


def _cell(value: Any) -> object:
    return str(value).lower() if isinstance(value, bool) else value

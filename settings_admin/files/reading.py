"""Parse uploaded CSV files of policies: encoding, columns, and the values of each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.csv_cells import restore_formula
from settings_admin.kinds import Field, Input, Kind
from settings_admin.patterns.checking import PatternKind

BYTES_AT_MOST = 20 * 1024 * 1024
LINES_AT_MOST = 100_000

_YES = {"true", "yes", "y", "1", "on", "x"}
_NO = {"false", "no", "n", "0", "off", ""}
_TYPES = {
    "email": PatternKind.EMAIL,
    "email address": PatternKind.EMAIL,
    "email addresses": PatternKind.EMAIL,
    "e-mail": PatternKind.EMAIL,
    "domain": PatternKind.DOMAIN,
    "domains": PatternKind.DOMAIN,
    "ip": PatternKind.IP,
    "ip address": PatternKind.IP,
    "ip addresses": PatternKind.IP,
}


class BadFile(ValueError):
    """Raised for a file that can't be parsed as a whole. The message gives the reason, and how to fix it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its line number, its cells, the parsed values of its columns, and their errors."""

    number: int
    cells: list[str]
    values: dict[str, Any]
    faults: list[str]


def text_of(content: bytes) -> str:
    """Decode a file as UTF-8, or as UTF-16 if it starts with a byte order mark of UTF-16.

    :raises BadFile: the file is too large, has another encoding, or contains null characters.
    """
    if len(content) > BYTES_AT_MOST:
        raise BadFile(f"The file is larger than {BYTES_AT_MOST // 1024 // 1024} MB. Split it.")
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.") from error
    if "\0" in text:
        raise BadFile("The file holds binary data. A CSV file is wanted.")
    return text


def lines_of(kind: Kind, text: str) -> Iterator[Line]:
    """Yield the lines of a file below its header line. Empty lines are skipped.

    :raises BadFile: the header doesn't match the kind's format, the file has too many lines, or isn't valid CSV.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = _columns(kind, next(reader, []))
        for count, cells in enumerate(reader):
            if count >= LINES_AT_MOST:
                raise BadFile(f"The file has more than {LINES_AT_MOST:,} lines. Split it.")
            if any(cell.strip() for cell in cells):
                yield _line(kind, columns, reader.line_num, cells)
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num} can't be read: {error}.") from error


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return ";" if ";" in head and "," not in head else ","


def _columns(kind: Kind, head: list[str]) -> list[Field]:
    known = {title.casefold(): kind.field_named(name) for title, name in kind.columns}
    titles = [title.strip().strip("*").strip().casefold() for title in head]
    wanted = ", ".join(title for title, _name in kind.columns)
    strange = [title.strip() for title in head if title.strip().strip("*").strip().casefold() not in known]
    if strange or not titles:
        named = ", ".join(f"“{title[:40]}”" for title in strange[:5]) or "nothing"
        raise BadFile(f"The first line has {named} where the columns are named. The format has: {wanted}.")
    if len(set(titles)) < len(titles):
        raise BadFile("The first line names a column twice.")
    columns = [known[title] for title in titles]
    missing = [
        title
        for title, name in kind.columns
        if kind.field_named(name).required and known[title.casefold()] not in columns
    ]
    if missing:
        raise BadFile(f"The column {missing[0]} is missing. The format has: {wanted}.")
    return columns


def _line(kind: Kind, columns: list[Field], number: int, cells: list[str]) -> Line:
    values: dict[str, Any] = {}
    faults: list[str] = []
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        faults.append(f"{len(cells)} cells where there are {len(columns)} columns; put text with commas into quotes.")
    titles = {name: title for title, name in kind.columns}
    for position, spec in enumerate(columns):
        cell = plain_cell(cells[position]) if position < len(cells) else ""
        try:
            values[spec.name] = _value(spec, cell)
        except ValueError as error:
            faults.append(f"{titles[spec.name]}: {error}")
    return Line(number, cells[: len(columns) + 1], values, faults)


def plain_cell(cell: str) -> str:
    """Return a cell without surrounding whitespace and without the apostrophes that escape formulas."""
    return restore_formula(cell.strip())


def _value(spec: Field, cell: str) -> Any:
    if spec.input is Input.CHECK:
        word = cell.casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise ValueError(f"“{cell[:40]}” is neither true nor false.")
    if spec.input is Input.CHOICE:
        kind = _TYPES.get(cell.casefold())
        if kind is None:
            raise ValueError(f"“{cell[:40]}” is none of EMAIL, DOMAIN and IP.")
        return kind.value
    if spec.required and not cell:
        raise ValueError("must not be empty.")
    if len(cell) > spec.longest:
        raise ValueError(f"has more than {spec.longest:,} characters.")
    return cell or None

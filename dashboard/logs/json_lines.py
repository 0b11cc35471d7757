"""Formatters of log lines: JSON, and plain text for a terminal."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from dashboard.request_ids import current_request_id


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `request_id`, `message`, and an `exception` if any.

    It is written in ASCII, so nothing in a message can begin a line or control a terminal.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": current_request_id(),
            "message": record.getMessage(),
        }
        if trouble := getattr(record, "trouble", None):
            line["exception"] = trouble
        return json.dumps(line)


class TextFormatter(logging.Formatter):
    """The same facts as a line to be read by people, with control characters escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as lines: the message, and one line for each place that an exception passed."""
        message = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in record.getMessage())
        by = f" [{current_request_id()[:13]}]" if current_request_id() else ""
        lines = [f"{_time(record)} {record.levelname} {record.name}{by}: {message}"]
        if trouble := getattr(record, "trouble", None):
            lines += [f"    at {place}" for place in trouble["at"]]
            lines.append(f"    {trouble['type']}: {trouble.get('text', '')}")
        return "\n".join(lines)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

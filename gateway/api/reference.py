"""Data of the API reference page: all operations, grouped by subject."""

from dataclasses import dataclass

from gateway.api.openapi import document
from gateway.api.registry import PREFIX


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation: its path without the account's prefix, and the names of its query parameters."""

    name: str
    method: str
    path: str
    scope: str
    right: str
    summary: str
    description: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations on one subject."""

    title: str
    entries: tuple[Entry, ...]


def groups() -> list[Group]:
    """Return all operations, grouped by subject, in the order of their paths."""
    found: dict[str, list[Entry]] = {}
    for path, operations in document("")["paths"].items():
        for method, operation in operations.items():
            entry = Entry(
                name=operation["operationId"],
                method=method.upper(),
                path=path.removeprefix(PREFIX),
                scope=operation["x-scope"],
                right=operation["x-right"],
                summary=operation["summary"],
                description=operation.get("description", ""),
                parameters=tuple(p["name"] for p in operation["parameters"] if p["in"] == "query"),
            )
            found.setdefault(operation["tags"][0], []).append(entry)
    return [Group(title.replace("_", " "), tuple(entries)) for title, entries in found.items()]

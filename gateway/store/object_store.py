"""What object stores can do that folders can't: objects are whole or not there, and parts of them can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from django.core.files.storage import storages


class StorageUnreachable(OSError):
    """The object store did not answer, or refused to. Whether it has an object is unknown, so none is missing."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What a store tells of an object: its name, size in bytes, and when it was written last."""

    name: str
    size: int
    written_at: datetime


class ObjectStore(Protocol):
    """A storage whose objects have names and no folders. Each method raises StorageUnreachable if it gets no answer."""

    def put(self, name: str, content: bytes) -> None:
        """Write an object, in the place of one that is there. When this returns, the store has acknowledged it."""

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Return `length` bytes from `offset`, or all to the end; fewer if the object is shorter.

        :raises FileNotFoundError: there is no such object.
        """

    def facts(self, name: str) -> ObjectFacts | None:
        """Return what is known of an object that is not empty, or None if there is none of this name."""

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the store.

        :raises FileNotFoundError: there is no such object.
        """

    def delete(self, name: str) -> None:
        """Delete an object. It is no error if there is none."""

    def below(self, prefix: str, *, after: str = "") -> Iterator[ObjectFacts]:
        """Yield the objects whose names begin with `prefix`, by name, those behind `after` only, read in parts."""

    def ping(self, seconds: int) -> None:
        """Ask the store for an answer, once, within so many seconds for each step of it."""


def object_store(alias: str) -> ObjectStore | None:
    """Return the storage `alias` if it is an object store, or None if it is a folder."""
    storage = storages[alias]
    return cast(ObjectStore, storage) if hasattr(storage, "below") else None

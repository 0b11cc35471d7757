"""Where retention keeps an object of raw mail for a while before it is gone, and how such an object is read.

Retention copies an object aside and deletes it (`gateway/retention/raw_objects.py`). Who stored the same bytes at that
moment may write a row for an object that has just gone. Until retention notices and puts it back, the copy is read.
"""

from gateway.store.object_store import ObjectStore

_ASIDE = "removing/"


def aside(name: str) -> str:
    """Return the name of the copy that is kept of an object."""
    return _ASIDE + name


def read_object(store: ObjectStore, name: str, offset: int, length: int | None) -> bytes:
    """Return a part of an object, or of its copy.

    :raises FileNotFoundError: there is neither.
    """
    try:
        return store.read(name, offset, length)
    except FileNotFoundError:
        return store.read(aside(name), offset, length)

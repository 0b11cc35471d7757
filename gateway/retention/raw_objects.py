"""Removal of raw mail from an object store, in two steps with an hour between them.

A store can't rename, so the way of `gateway/retention/raw_files.py` is not open here: between the look whether an
object is used and its deletion, the same bytes may be stored again, and their row come later. So first a copy is kept
aside and the object deleted. An hour later, when whoever stored it has written a row or never will, the copy is
deleted, or put back if there is a row. Meanwhile the copy is read where the object is missing
(`gateway/store/removed_objects.py`). A process that dies in between leaves the note of the removal, and each step can
be taken again.
"""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from gateway.store.object_store import ObjectFacts, ObjectStore
from gateway.store.removed_objects import aside


def remove_object(store: ObjectStore, name: str, *, is_used: Callable[[], bool], after: timedelta) -> bool:
    """Take the next step of removing an object, and return whether the removal is done with.

    `after` is how long ago the object, or its copy, must have been written for the next step.
    """
    found = store.facts(name)
    if is_used():
        if store.facts(aside(name)) is not None:
            if found is None:
                store.copy(aside(name), name)
            store.delete(aside(name))
        return True
    if found is not None:
        if _is_old(found, after):
            store.copy(name, aside(name))
            store.delete(name)
        return False
    kept = store.facts(aside(name))
    if kept is not None and not _is_old(kept, after):
        return False
    store.delete(aside(name))
    return True


def _is_old(found: ObjectFacts, after: timedelta) -> bool:
    return timezone.now() - found.written_at >= after

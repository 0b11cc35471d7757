"""Deletion of old pictures. A picture that is wanted again is drawn again."""

import os
import secrets
import time
from datetime import datetime
from pathlib import Path

from django.core.files.storage import storages

from gateway.store.object_store import ObjectStore, object_store

_FOLDERS = 256


def delete_previews(before: datetime, *, seconds: float) -> int:
    """Delete the pictures from before a time, for at most so many seconds, and return how many."""
    store = object_store("previews")
    if store is not None:
        return _delete_objects(store, before, seconds)
    deadline, oldest, count = time.monotonic() + seconds, before.timestamp(), 0
    root = Path(storages["previews"].path(""))
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        if not folder.is_dir():
            continue
        with os.scandir(folder) as pictures:
            for picture in pictures:
                if time.monotonic() > deadline:
                    return count
                if picture.name.endswith(".png") and picture.stat().st_mtime < oldest:
                    Path(picture.path).unlink(missing_ok=True)
                    count += 1
    return count


def _delete_objects(store: ObjectStore, before: datetime, seconds: float) -> int:
    """Delete old pictures from an object store. Each round begins elsewhere, so that all are looked at in time."""
    deadline, count, first = time.monotonic() + seconds, 0, secrets.randbelow(_FOLDERS)
    for number in range(_FOLDERS):
        for picture in store.below(f"{(first + number) % _FOLDERS:02x}/"):
            if time.monotonic() > deadline:
                return count
            if picture.written_at < before:
                store.delete(picture.name)
                count += 1
    return count

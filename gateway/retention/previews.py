"""Deletion of old pictures. A picture that is wanted again is drawn again."""

import os
import time
from datetime import datetime
from pathlib import Path

from django.core.files.storage import storages


def delete_previews(before: datetime, *, seconds: float) -> int:
    """Delete the pictures from before a time, for at most so many seconds, and return how many."""
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

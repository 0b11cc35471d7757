"""Removal of the files of raw mail whose rows are gone, and of the pictures drawn from them.

The same bytes may arrive at that very moment, and the intake uses a file that it finds (`gateway.store.raw_mail`). It
sets the file's time when it does. So a file is first moved aside: whoever comes now writes it anew. Then it is looked
whether a row has it, or somebody has used it within the last hour and may yet write its row; in that case it is put
back. A process that dies in between leaves the note of the removal, and the next one finds the file where it is.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import Storage, storages
from django.utils import timezone

from gateway.models import RawMail, RawRemoval
from gateway.retention.packs import is_used_pack, rewrite_pack
from gateway.retention.raw_objects import remove_object
from gateway.store.object_store import object_store
from gateway.store.packs import is_pack
from gateway.store.raw_mail import raw_storage

DATABASE = "gateway"
AT_ONCE = 100
USED_LATELY = timedelta(hours=1)
_ASIDE = "removing"


def remove_raw_slice() -> tuple[int, bool]:
    """Remove the files that are due, and return how many are gone, and whether more may be due.

    A pack that has the bytes of other messages too is written anew without those that are due.
    """
    now = timezone.now()
    due = list(RawRemoval.objects.using(DATABASE).filter(due_at__lte=now).order_by("due_at")[:AT_ONCE])
    gone, rewritten = 0, set[str]()
    for removal in due:
        if is_pack(removal.file) and (removal.file in rewritten or _is_used(removal)):
            if removal.file not in rewritten:
                rewritten.add(removal.file)
                rewrite_pack(removal.file)
            _postpone(removal, now)
        elif _remove(removal):
            RawRemoval.objects.using(DATABASE).filter(pk=removal.pk).delete()
            gone += 1
        else:
            _postpone(removal, now)
    return gone, len(due) == AT_ONCE


def _postpone(removal: RawRemoval, now: datetime) -> None:
    """Come back later: whoever has read a row by now may still read the file that it names."""
    RawRemoval.objects.using(DATABASE).filter(pk=removal.pk).update(due_at=now + USED_LATELY)


def _remove(removal: RawRemoval) -> bool:
    """Remove a file or an object unless it is used, and return whether the removal is done with."""
    store = object_store("raw_mail")
    if store is None:
        is_done = _remove_file(raw_storage(), removal)
    else:
        is_done = remove_object(store, removal.file, is_used=lambda: _is_used(removal), after=USED_LATELY)
    if is_done and not _is_known(removal):
        _forget_pictures(removal.sha256)
    return is_done


def _remove_file(storage: Storage, removal: RawRemoval) -> bool:
    path = Path(storage.path(removal.file))
    aside = Path(storage.path(_ASIDE)) / removal.file.replace("/", "-")
    if path.exists() and not _is_used(removal):
        aside.parent.mkdir(exist_ok=True, mode=0o700)
        path.replace(aside)
    if aside.exists():
        if _is_used(removal) or time.time() - aside.stat().st_mtime < USED_LATELY.total_seconds():
            # Who has written the file anew meanwhile wrote the same.
            aside.replace(path)
            return _is_known(removal)
        aside.unlink()
    return True


def _is_used(removal: RawRemoval) -> bool:
    """Return whether a row refers to the file. A pack has the bytes of many messages."""
    if is_pack(removal.file):
        return is_used_pack(removal.file)
    return RawMail.objects.using(DATABASE).filter(pk=removal.sha256, file=removal.file).exists()


def _is_known(removal: RawRemoval) -> bool:
    return RawMail.objects.using(DATABASE).filter(pk=removal.sha256).exists()


def _forget_pictures(sha256: str) -> None:
    store = object_store("previews")
    if store is not None:
        for kept in list(store.below(f"{sha256[:2]}/{sha256}-")):
            store.delete(kept.name)
        return
    folder = Path(storages["previews"].path(sha256[:2]))
    for picture in folder.glob(f"{sha256}-*.png"):
        picture.unlink(missing_ok=True)

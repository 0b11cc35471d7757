"""Packs of raw mail of which some messages are deleted, and packs that no row names.

A pack is never changed. One that has deleted bytes is written anew without them: the frames of the messages that live
are copied into a new pack, it is synced, and their rows are changed in one transaction. The old pack goes an hour
later, since somebody may have read a row just before. If the process dies before the transaction, the new pack is
without rows; after it, the old one is, and the notes of the removal still name it.
"""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from gateway.models import RawMail, RawRemoval, RetentionMark
from gateway.store.packs import FOLDER, Pack
from gateway.store.raw_mail import raw_storage

logger = logging.getLogger(__name__)
DATABASE: Final = "gateway"
_MARK: Final = "packs"
_AT_ONCE: Final = 200
_YOUNG: Final = timedelta(hours=1)
"""Whoever has written a pack stores its rows within this time, or is dead."""


def is_used_pack(file: str) -> bool:
    """Return whether a row names a pack."""
    return _rows_in(file).exists()


def rewrite_pack(file: str) -> None:
    """Copy the messages of a pack that live into a new one, and let their rows name that.

    Nothing is done if the pack can't be read: its bytes may come back from a backup.
    """
    rows = list(_rows_in(file).order_by("offset"))
    if not rows:
        return
    pack = Pack()
    try:
        with raw_storage().open(file) as content:
            for row in rows:
                content.seek(row.offset)
                pack.add_frame(row, content.read(row.length))
    except FileNotFoundError:
        logger.error("pack %s is missing, and %s messages with it", file, len(rows))
        return
    pack.save()
    with transaction.atomic(using=DATABASE):
        there = set(_rows_in(file).select_for_update().order_by("pk").values_list("pk", flat=True))
        moved = [row for row in rows if row.pk in there]
        RawMail.objects.using(DATABASE).bulk_update(moved, ["file", "offset", "length"], batch_size=_AT_ONCE)
        # What was deleted meanwhile is in the new pack too, and has to go from there.
        gone = [row.pk for row in rows if row.pk not in there]
        RawRemoval.objects.using(DATABASE).filter(pk__in=gone, file=file).update(file=rows[0].file)


def sweep_packs(*, seconds: float) -> int:
    """Remove packs that no row names and nobody is about to store rows for. Return how many, within some seconds.

    Folders are named by the day of writing. The next call goes on with the first day that this one did not finish.
    """
    try:
        root = Path(raw_storage().path(FOLDER))
    except NotImplementedError:
        return 0
    mark, _ = RetentionMark.objects.using(DATABASE).get_or_create(name=_MARK)
    deadline, gone = time.monotonic() + seconds, 0
    today = int(f"{datetime.now(UTC):%Y%m%d}")
    for day, folder in _days(root):
        if day < mark.position:
            continue
        for some in _parts(sorted(path.name for path in folder.iterdir())):
            if time.monotonic() > deadline:
                return gone
            gone += _remove_unused(folder, some)
        if day < today - 1:
            RetentionMark.objects.using(DATABASE).filter(pk=mark.pk).update(position=day + 1)
    return gone


def _remove_unused(folder: Path, names: list[str]) -> int:
    files = {f"{FOLDER}/{folder.name}/{name}": folder / name for name in names}
    used = RawMail.objects.using(DATABASE).filter(file__in=list(files), length__isnull=False)
    kept = set(used.values_list("file", flat=True).distinct())
    # What is yet to be removed has a note, and its hour.
    kept |= set(RawRemoval.objects.using(DATABASE).filter(file__in=list(files)).values_list("file", flat=True))
    gone = 0
    for file, path in files.items():
        if file not in kept and time.time() - path.stat().st_mtime > _YOUNG.total_seconds():
            path.unlink()
            gone += 1
    return gone


def _rows_in(file: str) -> "QuerySet[RawMail]":
    # The index of packs has the rows with a length.
    return RawMail.objects.using(DATABASE).filter(file=file, length__isnull=False)


def _days(root: Path) -> Iterator[tuple[int, Path]]:
    folders = sorted(root.iterdir()) if root.is_dir() else []
    yield from ((int(folder.name), folder) for folder in folders if folder.name.isdecimal())


def _parts(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]

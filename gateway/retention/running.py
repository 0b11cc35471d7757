"""One round of retention: slices of each kind, with pauses, so that nobody waits long for the database."""

import fcntl
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from gateway.history.forgetting import delete_history_slice, delete_strangers_slice
from gateway.holds.matching import active_holds
from gateway.retention.jobs import delete_jobs_slice
from gateway.retention.mail import delete_mail_slice, delete_reports_slice
from gateway.retention.packs import sweep_packs
from gateway.retention.previews import delete_previews
from gateway.retention.raw_files import remove_raw_slice

logger = logging.getLogger(__name__)
SECONDS = 20.0
"""How long one kind is worked on in a round."""

PAUSE = 0.02
Slice = Callable[[datetime], tuple[int, bool]]


def delete_old() -> dict[str, int]:
    """Delete what is older than its setting says, for a while, and return how much of each kind. Safe to run twice.

    Nothing is deleted while a backup runs: it copies the rows first, and then the files that they name.
    """
    with settings.GATEHOUSE_BACKUP_LOCK.open("a+") as lock:
        try:
            # Shared, since several rounds may run. The kernel frees it if this process dies.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("retention waits for a backup to end")
            return {}
        return _delete_old()


def _delete_old() -> dict[str, int]:
    counts = {}
    if before := _before(settings.GATEWAY_MAIL_DAYS):
        counts["messages"] = _slices(delete_mail_slice, before)
        counts["phishguard reports"] = _slices(delete_reports_slice, before)
        counts["senders"] = _slices(delete_history_slice, before)
    counts["strangers"] = _slices(lambda _before: delete_strangers_slice(), timezone.now())
    # What was begun is finished, whatever the settings say now.
    counts["raw files"] = _slices(lambda _before: remove_raw_slice(), timezone.now())
    counts["packs without rows"] = sweep_packs(seconds=SECONDS)
    if before := _before(settings.GATEWAY_PREVIEW_DAYS):
        counts["previews"] = delete_previews(before, seconds=SECONDS)
    # Jobs tell what was done to mail, so none goes while any mail is held.
    if (before := _before(settings.GATEHOUSE_JOB_DAYS)) and not active_holds():
        counts["bulk jobs"] = _slices(delete_jobs_slice, before)
    counts = {name: count for name, count in counts.items() if count}
    if counts:
        logger.info("retention deleted %s", ", ".join(f"{count} {name}" for name, count in counts.items()))
    return counts


def _before(days: int) -> datetime | None:
    return timezone.now() - timedelta(days=days) if days else None


def _slices(delete: Slice, before: datetime) -> int:
    deadline, count, more = time.monotonic() + SECONDS, 0, True
    while more and time.monotonic() < deadline:
        deleted, more = delete(before)
        count += deleted
        if more:
            time.sleep(PAUSE)
    return count

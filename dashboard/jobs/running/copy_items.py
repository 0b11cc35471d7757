"""Copies a large selection into a job's items, one batch at a time, before anything is sent."""

from __future__ import annotations

import time

from django.db import connection
from django.db.models import Max

from dashboard.jobs.models import Job
from dashboard.jobs.selections.models import SelectedMessage

AT_ONCE = 2000
BREATH = 0.01
"""Seconds between two batches, in which other processes can get SQLite's lock."""

COPY = """
INSERT INTO dashboard_jobitem (
    job_id, investigate_id, snapshot, destination, state, claimed_by, attempts, checks, error_code, error, accepted,
    proof
)
SELECT %s, investigate_id, snapshot, destination, 'pending', '', 0, 0, '', '', %s, ''
FROM dashboard_selectedmessage
WHERE selection_id = %s AND why_not = '' AND id > %s AND id <= %s
ORDER BY id
ON CONFLICT DO NOTHING
"""


def job_freeze(job: Job, *, seconds: float) -> bool:
    """Copy the rest of the selection, for at most `seconds`. Return whether everything is copied.

    Each batch is one statement that may be repeated, and `copied_to` is saved after it. If a worker dies in between,
    the next one copies that batch again, which changes nothing.
    """
    ends = time.monotonic() + seconds
    while not job.is_frozen:
        part = SelectedMessage.objects.filter(selection=job.selection_id, id__gt=job.copied_to).order_by("id")
        last = part[:AT_ONCE].aggregate(last=Max("id"))["last"]
        if last is None:
            Job.objects.filter(pk=job.pk).update(is_frozen=True)
        else:
            copy_rows(job, after=job.copied_to, up_to=last)
            Job.objects.filter(pk=job.pk, copied_to__lt=last).update(copied_to=last)
            time.sleep(BREATH)
        job.refresh_from_db()
        if time.monotonic() >= ends:
            break
    return job.is_frozen


def copy_rows(job: Job, *, after: int, up_to: int) -> None:
    """Copy the selection's rows with keys in (after, up_to] that the job acts on."""
    as_stored = [
        Job._meta.pk.get_db_prep_value(job.pk, connection),
        False,
        Job._meta.get_field("selection").get_db_prep_value(job.selection_id, connection),
    ]
    with connection.cursor() as cursor:
        cursor.execute(COPY, [*as_stored, after, up_to])

"""Looks at single messages that the walk left in doubt, the most uncertain first, as far as the budget of calls goes.

Several workers share the looks of one job: each claims a few items, with a lease. What nobody may look at any more is
left open, and says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from api_client import ApiError, Client, NotFound
from dashboard.jobs.action_log import clock_slack, embedded_log, log_read_since
from dashboard.jobs.actions import Action, ReadBack, folder_of
from dashboard.jobs.earlier_place import place_before
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.pauses import Pause, pause_of
from dashboard.jobs.states import ItemState, JobAction, Proof
from dashboard.leases import lease_end

AT_ONCE = 10
DOUBTS = ("", Proof.OPEN, Proof.SEEN)
"""What may be looked at, the most uncertain first: what the walk did not return, what its row does not decide, and what
is proven by its state alone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one message showed. `has_log` is None if the log was not asked for or the message is gone."""

    proof: Proof
    place_before: str = ""
    has_log: bool | None = None


def look_step(client: Client, job: Job, action: Action) -> tuple[bool, Pause | None]:
    """Look at a few messages, or mark the job as proven if nothing is left.

    Return whether this worker did either, and why it has to pause.
    """
    token = uuid.uuid4().hex
    plan, items = _claim(job, token)
    if not items:
        return _end(job), None
    since = datetime.fromisoformat(plan["since"]) if "since" in plan else job.created_at
    for number, item in enumerate(items):
        try:
            looked = _look(client, job, action, item, since=since, has_log=plan.get("has_log", True))
        except ApiError as error:
            _give_back(job, token, items[number:])
            holdup = pause_of(error) or Pause(0.0, error.reason)
            return True, replace(holdup, after_work=number > 0)
        _write(token, item, looked)
        if looked.has_log is False and plan.get("has_log", True):
            plan["has_log"] = False
            _note_no_log(job)
    return True, None


def _claim(job: Job, token: str) -> tuple[dict[str, Any], list[JobItem]]:
    """Claim the most uncertain items that nobody holds, and count the looks, in one transaction."""
    with transaction.atomic():
        plan = Job.objects.select_for_update().values_list("proof", flat=True).get(pk=job.pk)
        ids: list[int] = []
        for doubt in DOUBTS:
            left = min(AT_ONCE, plan["looks"]) - len(ids)
            if left > 0:
                ids += _free(job).filter(proof=doubt).order_by().values_list("id", flat=True)[:left]
        if ids:
            JobItem.objects.filter(id__in=ids).update(claimed_by=token, lease_until=lease_end())
            plan["looks"] -= len(ids)
            Job.objects.filter(pk=job.pk).update(proof=plan)
    held = JobItem.objects.in_bulk(ids)
    return plan, [held[pk] for pk in ids]


def _free(job: Job) -> QuerySet[JobItem]:
    nobody = Q(lease_until=None) | Q(lease_until__lte=timezone.now())
    return JobItem.objects.filter(nobody, job_id=job.pk, state=ItemState.DONE)


def _look(client: Client, job: Job, action: Action, item: JobItem, *, since: datetime, has_log: bool) -> Looked:
    log = None
    by_log = action.is_proven_by_log or bool(job.recipient)
    if by_log and has_log:
        log = log_read_since(client, item.investigate_id, since)
    try:
        message = client.investigate.get(item.investigate_id) if log is None else None
    except NotFound:
        return Looked(Proof.MISSING)
    if log is None and message is not None:
        log = embedded_log(message)
    now = ReadBack(job=job, item=item, message=message, log=log, slack=clock_slack())
    proof = action.proof(now)
    if log is None or not by_log:
        # Nothing else can be looked at, so what the row shows is final.
        proof = Proof.STATE if proof is Proof.SEEN else proof
        return Looked(proof, has_log=False if by_log else None)
    place = ""
    if job.action == JobAction.MOVE:
        place = place_before(log, item.seen, folder=folder_of(job, item), since=now.since, slack=now.slack)
    return Looked(proof, place_before=place, has_log=True)


def _write(token: str, item: JobItem, looked: Looked) -> None:
    """Write what a look showed, unless the lease expired and another worker has the item."""
    found: dict[str, Any] = {"proof": looked.proof, "claimed_by": "", "lease_until": None}
    if looked.place_before and not item.seen.place:
        found["snapshot"] = item.snapshot | {"place": looked.place_before}
    JobItem.objects.filter(pk=item.pk, claimed_by=token, state=ItemState.DONE).update(**found)


def _give_back(job: Job, token: str, items: Sequence[JobItem]) -> None:
    with transaction.atomic():
        plan = Job.objects.select_for_update().values_list("proof", flat=True).get(pk=job.pk)
        freed = JobItem.objects.filter(id__in=[item.pk for item in items], claimed_by=token)
        plan["looks"] += freed.update(claimed_by="", lease_until=None)
        Job.objects.filter(pk=job.pk).update(proof=plan)


def _note_no_log(job: Job) -> None:
    """Note that the API has no action log: what the rows show is all that can be read."""
    with transaction.atomic():
        plan = Job.objects.select_for_update().values_list("proof", flat=True).get(pk=job.pk)
        Job.objects.filter(pk=job.pk).update(proof=plan | {"has_log": False})
        done = JobItem.objects.filter(job_id=job.pk, state=ItemState.DONE)
        done.filter(proof=Proof.SEEN).update(proof=Proof.STATE)
        done.filter(proof=Proof.OPEN).update(proof=Proof.UNREADABLE)


def _end(job: Job) -> bool:
    """Mark the job as proven, unless another worker still looks. Return whether it is.

    What is in doubt is left open.
    """
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        done = JobItem.objects.filter(job_id=job.pk, state=ItemState.DONE)
        if done.filter(lease_until__gt=timezone.now()).exclude(claimed_by="").exists():
            return False
        done.filter(proof="").update(proof=Proof.OPEN)
        Job.objects.filter(pk=job.pk, proven_at=None).update(proven_at=timezone.now())
    return True

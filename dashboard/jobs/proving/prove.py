"""Proves what a job did: walks the search over the selection's time, then looks at the messages that are in doubt.

The walk reads up to 10,000 messages with one call where the API serves that many, else 1000. So 100,000 messages take
at most one call for every 4000, or every 500. The walk asks only for messages that show the job's action. A message
that it does not return is in doubt. Every step may be repeated without harm: the proof of the messages is written
before the position of the walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from api_client import ApiError, BadRequest, Client
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.jobs.action_log import clock_slack, embedded_log
from dashboard.jobs.actions import Action, ReadBack
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.pauses import Pause, pause_of
from dashboard.jobs.proving.looks import look_step
from dashboard.jobs.proving.plan import calls_allowed
from dashboard.jobs.states import ItemState, Proof
from dashboard.leases import lease_end
from dashboard.walking.page_size import largest_page
from dashboard.walking.position import Window
from dashboard.walking.walk import PER_PAGE, Leaf, walk

BATCH = 400
"""Ids in one statement. Older builds of SQLite allow at most 999 parameters."""


def prove_step(client: Client, job: Job, action: Action) -> tuple[bool, Pause | None]:
    """Check one page of the walk, or a few single messages. Return whether this worker did, and why it has to pause.

    A lease prevents two workers from walking for the same job at once. The single messages are shared among them. When
    nothing is left to check, the job is marked as proven.
    """
    plan = Job.objects.values_list("proof", flat=True).get(pk=job.pk)
    if not plan["windows"]:
        return look_step(client, job, action)
    now = timezone.now()
    free = Q(proof_lease=None) | Q(proof_lease__lte=now)
    if not Job.objects.filter(free, pk=job.pk, proven_at=None).update(proof_lease=lease_end()):
        return False, None
    # Another worker may have come further between the two statements.
    plan = Job.objects.values_list("proof", flat=True).get(pk=job.pk)
    holdup: Pause | None = None
    try:
        if plan["windows"]:
            _walk_on(client, job, action, plan)
    except ApiError as error:
        holdup = replace(pause_of(error) or Pause(0.0, error.reason), after_work=False)
    Job.objects.filter(pk=job.pk).update(proof=plan, proof_lease=None)
    return True, holdup


def _walk_on(client: Client, job: Job, action: Action, plan: dict[str, Any]) -> None:
    """Read the next page of the walk, and save the progress in the plan."""
    if plan["calls"] >= calls_allowed(plan):
        plan["windows"] = []
        return
    plan["calls"] += 1
    try:
        for leaf in _leaves(client, action, plan):
            _judge(job, action, leaf.messages)
            plan["position"] = leaf.position
            if leaf.looked_until is not None and leaf.ends_page:
                return
    except BadRequest:
        # Not every backend supports the filter by this action.
        plan["windows"] = []
        return
    plan["windows"], plan["position"] = plan["windows"][1:], None


def _leaves(client: Client, action: Action, plan: dict[str, Any]) -> Iterator[Leaf]:
    window = Window.from_json(plan["windows"][0])
    filters = SearchFilters(detections_only=False, message_action=action.filter.value)
    return walk(
        client,
        filters,
        start=window.start,
        end=window.end,
        position=plan["position"],
        largest=largest_page(),
        is_long=plan.get("count", 0) > PER_PAGE,
    )


def _judge(job: Job, action: Action, messages: Iterable[Message]) -> None:
    """Write what proof the messages show of the job's action. What they do not show, their action log may."""
    seen = {message.id: message for message in messages}
    ids = list(seen)
    shown: dict[Proof, list[int]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        # The index by message finds each id. The index by job would be read completely.
        for item in JobItem.objects.filter(investigate_id__in=part, job_id=job.pk, state=ItemState.DONE):
            message = seen[item.investigate_id]
            log = embedded_log(message)
            now = ReadBack(job=job, item=item, message=message, log=log, slack=clock_slack(), asked=False)
            proof = action.proof(now)
            shown[Proof.OPEN if proof is Proof.MISSING else proof].append(item.pk)
    for proof, found in shown.items():
        for start in range(0, len(found), BATCH):
            JobItem.objects.filter(id__in=found[start : start + BATCH], state=ItemState.DONE).update(proof=proof)

"""Proves what a job did: walks the search over the selection's time, then reads the messages that are still in doubt.

The walk reads up to 1000 messages with one call, so 100,000 messages take at most one call for every 500. The walk asks
only for messages that show the job's action. A message that it does not return is in doubt. Every step may be repeated
without harm: the proof of the messages is written before the position of the walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from api_client import ApiError, BadRequest, Client, NotFound
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.jobs.action_log import clock_slack, embedded_log, log_of
from dashboard.jobs.actions import Action, ReadBack
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.pauses import Pause, pause_of
from dashboard.jobs.proving.plan import plan_of
from dashboard.jobs.states import ItemState, Proof
from dashboard.leases import lease_end
from dashboard.walking.position import Window
from dashboard.walking.walk import Leaf, walk

LOOKS_AT_ONCE = 10
BATCH = 400
"""Ids in one statement. Older builds of SQLite allow at most 999 parameters."""


def prove_step(client: Client, job: Job, action: Action) -> tuple[bool, Pause | None]:
    """Check one page of the walk, or a few single messages. Return whether this worker did, and why it has to pause.

    A lease prevents two workers from proving the same job at once. When nothing is left to check, the job is marked as
    proven.
    """
    now = timezone.now()
    free = Q(proof_lease=None) | Q(proof_lease__lte=now)
    if not Job.objects.filter(free, pk=job.pk, proven_at=None).update(proof_lease=lease_end()):
        return False, None
    plan = Job.objects.values_list("proof", flat=True).get(pk=job.pk) or plan_of(job)
    before = plan["after"]
    holdup: Pause | None = None
    try:
        done = _prove_next(client, job, action, plan)
    except ApiError as error:
        held = pause_of(error) or Pause(0.0, error.reason)
        holdup, done = replace(held, after_work=plan["after"] != before), False
    Job.objects.filter(pk=job.pk).update(
        proof=plan, proof_lease=None, **({"proven_at": timezone.now()} if done else {})
    )
    return True, holdup


def _prove_next(client: Client, job: Job, action: Action, plan: dict[str, Any]) -> bool:
    """Do the next step of the plan and save the progress in the plan. Return whether it was the last step."""
    if plan["windows"] and plan["calls"] < plan["calls_at_most"]:
        leaf = _next_leaf(client, action, plan)
        if leaf is not None:
            _judge(job, action, leaf.messages)
        return False
    plan["windows"] = []
    return _read_singly(client, job, action, plan)


def _next_leaf(client: Client, action: Action, plan: dict[str, Any]) -> Leaf | None:
    window = Window.from_json(plan["windows"][0])
    filters = SearchFilters(detections_only=False, action_log=True, message_action=action.filter.value)
    plan["calls"] += 1
    try:
        leaf = next(walk(client, filters, start=window.start, end=window.end, position=plan["position"]), None)
    except BadRequest:
        # Not every backend supports the filter by this action.
        plan["windows"] = []
        return None
    if leaf is None or leaf.looked_until is None:
        plan["windows"], plan["position"] = plan["windows"][1:], None
    else:
        plan["position"] = leaf.position
    return leaf


def _judge(job: Job, action: Action, messages: Iterable[Message]) -> None:
    """Write what proof the messages show of the job's action."""
    seen = {message.id: message for message in messages}
    ids = list(seen)
    shown: dict[Proof, list[int]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        # The index by message finds each id. The index by job would be read completely.
        for item in JobItem.objects.filter(investigate_id__in=part, job_id=job.pk, state=ItemState.DONE):
            message = seen[item.investigate_id]
            now = ReadBack(job=job, item=item, message=message, log=embedded_log(message), slack=clock_slack())
            shown[action.proof(now)].append(item.pk)
    _write(shown)


def _write(shown: dict[Proof, list[int]]) -> None:
    for proof, ids in shown.items():
        for start in range(0, len(ids), BATCH):
            JobItem.objects.filter(id__in=ids[start : start + BATCH], state=ItemState.DONE).update(proof=proof)


def _read_singly(client: Client, job: Job, action: Action, plan: dict[str, Any]) -> bool:
    in_doubt = job.items.filter(state=ItemState.DONE, id__gt=plan["after"]).exclude(proof=Proof.PLACE)
    items: Sequence[JobItem] = list(in_doubt.order_by("id")[: min(LOOKS_AT_ONCE, plan["looks"])])
    for item in items:
        try:
            message = client.investigate.get(item.investigate_id)
            log = log_of(client, message)
        except NotFound:
            proof = Proof.MISSING
        else:
            proof = action.proof(ReadBack(job=job, item=item, message=message, log=log, slack=clock_slack()))
        _write({proof: [item.pk]})
        plan["after"], plan["looks"] = item.pk, plan["looks"] - 1
    return not items

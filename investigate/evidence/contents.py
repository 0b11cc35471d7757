"""What an evidence pack holds of a message, a job or a submission. Each part that can't be had is named as left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import Http404

from api_client import ApiError
from dashboard.audit.actor import Actor
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.pages.outcomes_csv import outcome_lines
from dashboard.jobs.selectors import items_of_message
from investigate.annotations.selectors import notes_of
from investigate.evidence.packing import Pack
from investigate.message.content_access import PreviewPending, preview_view, raw_download
from investigate.message.selectors import message_actions, message_detections, message_get, message_trace
from investigate.reviews.lookup import find_submission

# Most pictures are drawn in a tenth of a second, so the next try has it.
_TRIES = 2
_SECONDS_BETWEEN_TRIES = 0.5
MESSAGES_AT_MOST = 20
BYTES_AT_MOST = 100 * 2**20
ITEMS_AT_MOST = 20_000

Objects = list[tuple[str, str]]


def add_message(pack: Pack, message_id: str, *, actor: Actor, left_out: list[str]) -> Objects:
    """Add a message: source, picture, headers, detections, trace, and what people and jobs did to it.

    Raise ApiError if the message can't be fetched.
    """
    message = message_get(message_id)
    pack.add_json("message.json", message.data.model_dump(mode="json", by_alias=True))
    _add_source(pack, message.id, "message", actor=actor, left_out=left_out)

    def picture() -> None:
        pack.add("preview.png", _picture(actor, message.id))

    def detections() -> None:
        found = message_detections(message)
        pack.add_json("detections.json", None if found is None else found.model_dump(mode="json", by_alias=True))

    def trace() -> None:
        pack.add_json("trace.json", message_trace(message).model_dump(mode="json", by_alias=True))

    def actions() -> None:
        pack.add_json(
            "actions.json", [entry.model_dump(mode="json", by_alias=True) for entry in message_actions(message)]
        )

    parts: list[tuple[str, Callable[[], None]]] = [
        ("preview.png", picture),
        ("detections.json", detections),
        ("trace.json", trace),
        ("actions.json", actions),
    ]
    for name, add in parts:
        try:
            add()
        except (ApiError, PreviewPending) as error:
            left_out.append(f"{name}: {type(error).__name__}")
    pack.add_json(
        "decisions.json",
        {
            "notes": [
                {"at": note.created_at, "by": note.author_name, "text": note.text} for note in notes_of(message.id)
            ],
            "jobs": [_item(item) for item in items_of_message(message.id)],
        },
    )
    return [("message", message.id)]


def add_job(pack: Pack, key: str, *, actor: Actor, left_out: list[str]) -> Objects:
    """Add a job: its row, decision and outcomes, and the sources of its first messages. Raise Http404 without it."""
    job = Job.objects.filter(pk=key).first()
    if job is None:
        raise Http404("There is no such job.")
    hidden = {"proof", "proof_lease", "paced_from", "paced_base"}
    row = {field.attname: getattr(job, field.attname) for field in Job._meta.concrete_fields}
    pack.add_json("job.json", {name: value for name, value in row.items() if name not in hidden})
    if job.size <= ITEMS_AT_MOST:
        pack.add_lines("outcomes.csv", outcome_lines(job, show="all"))
    else:
        left_out.append(f"outcomes.csv: the job has more than {ITEMS_AT_MOST} messages; the job's page exports them")
    ids = list(job.items.order_by("id").values_list("investigate_id", flat=True)[: MESSAGES_AT_MOST + 1])
    for number, message_id in enumerate(ids[:MESSAGES_AT_MOST], start=1):
        _add_source(pack, message_id, f"message-{number}", actor=actor, left_out=left_out)
    if len(ids) > MESSAGES_AT_MOST:
        left_out.append(f"messages after the first {MESSAGES_AT_MOST}")
    return [("job", str(job.pk)), *(("message", message_id) for message_id in ids[:MESSAGES_AT_MOST])]


def add_submission(pack: Pack, key: str, *, actor: Actor, left_out: list[str]) -> Objects:
    """Add a submission with its notes, and the message that it is about. Raise Http404 if it is not in the mirror."""
    found = find_submission(key)
    row = {field.attname: getattr(found, field.attname) for field in type(found)._meta.concrete_fields}
    notes = [str(note.text) for note in found.notes.all()[:200]]
    pack.add_json("submission.json", row | {"notes": notes})
    objects: Objects = [("submission", found.submission_id)]
    if found.original_postfix_id:
        try:
            objects += add_message(pack, found.original_postfix_id, actor=actor, left_out=left_out)
        except ApiError as error:
            left_out.append(f"the message: {type(error).__name__}")
    return objects


ADDING = {"message": add_message, "job": add_job, "submission": add_submission}


def _add_source(pack: Pack, message_id: str, name: str, *, actor: Actor, left_out: list[str]) -> None:
    if pack.size > BYTES_AT_MOST:
        left_out.append(f"{name}.eml: the pack is larger than {BYTES_AT_MOST // 2**20} MB")
        return
    try:
        source = raw_download(actor=actor, message_id=message_id)
    except ApiError as error:
        left_out.append(f"{name}.eml: {type(error).__name__}")
        return
    pack.add_message(f"{name}.eml", source.content)
    head = source.content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    pack.add(f"{name}-headers.txt", head + b"\n")
    if not source.exact:
        left_out.append(f"{name}.eml: the API gives text, not the exact bytes")


def _item(item: JobItem) -> dict[str, Any]:
    return {
        "job": str(item.job_id),
        "action": item.job.action,
        "by": item.job.created_by_name,
        "reason": item.job.reason,
        "approved_by": item.job.decided_by_name,
        "at": item.attempted_at or item.job.created_at,
        "state": item.state,
    }


def _picture(actor: Actor, message_id: str) -> bytes:
    """Return the picture of a message. One that is being drawn is asked for again, a few times.

    Raise PreviewPending if it takes longer, and ApiError if there is none.
    """
    for _ in range(_TRIES):
        with suppress(PreviewPending):
            return preview_view(actor=actor, message_id=message_id)
        time.sleep(_SECONDS_BETWEEN_TRIES)
    return preview_view(actor=actor, message_id=message_id)

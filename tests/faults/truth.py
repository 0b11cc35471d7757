"""What the gateway really did, against what the rows of jobs say; runs in a process with the stack's own settings."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from uuid import UUID

from django.conf import settings

from dashboard.jobs.actions import folder_of
from dashboard.jobs.models import Job, JobItem
from gateway.delivery import maildir
from gateway.models import ActionLog, Delivery, Message

OPERATIONS = {"move": "MOVE", "release": "QUARANTINE_RELEASE", "reclassify": "SUBMISSION"}
DATABASE = "gateway"
Copies = dict[str, list[tuple[str, Path]]]


def lies(job_ids: list[str]) -> list[str]:
    """Return whatever is not done exactly once, and every row that does not tell the truth."""
    found, copies = [], _copies()
    for job in Job.objects.filter(pk__in=[UUID(one) for one in job_ids]):
        found += [f"{job.action} {job.pk}: {lie}" for lie in _of_job(job, copies)]
    return found


def _copies() -> Copies:
    """Read all mailboxes once: where the copies of each message lie, by its postfix id."""
    root, found = Path(settings.GATEWAY_MAILBOXES), defaultdict(list)
    for part in ("new", "cur"):
        for path in root.glob(f"*/**/{part}/*"):
            found[path.name.partition(":")[0].rpartition(".")[2]].append((path.relative_to(root).parts[0], path))
    return found


def _of_job(job: Job, copies: Copies) -> list[str]:
    items = list(job.items.prefetch_related("outcomes").order_by("id"))
    found = []
    if not job.is_finished or job.state != "completed":
        found.append(f"the job is {job.state} ({job.error})")
    if len(items) != job.size:
        found.append(f"it has {len(items)} items of {job.size}")
    states = Counter((item.state, item.proof) for item in items)
    if set(states) != {("done", "place")}:
        errors = Counter(item.error_code for item in items)
        found.append(f"its items are {dict(states)}, errors {dict(errors)}")
    if job.items.exclude(claimed_by="").exists() or job.items.filter(lease_until__isnull=False).exists():
        found.append("somebody still holds items of it")
    messages = {row.investigate_id: row for row in _messages([item.investigate_id for item in items])}
    for item in items:
        lie = _of_item(job, item, messages[item.investigate_id], copies)
        if lie:
            found.append(f"{item.investigate_id}: {lie}")
    return found


def _messages(ids: list[str]) -> list[Message]:
    found: list[Message] = []
    for start in range(0, len(ids), 400):
        found += Message.objects.using(DATABASE).filter(investigate_id__in=ids[start : start + 400])
    return found


def _of_item(job: Job, item: JobItem, message: Message, copies: Copies) -> str:
    log = ActionLog.objects.using(DATABASE).filter(
        message=message, operation=OPERATIONS[job.action], started_at__gte=job.created_at
    )
    entries = [entry for entry in log if job.action != "move" or entry.properties.get("folder") == folder_of(job, item)]
    begun, done = len(entries), sum(entry.success is True for entry in entries)
    if (begun, done) != (1, 1):
        return f"it was begun {begun} times and done {done} times, and its row says {item.state}"
    if job.action == "reclassify":
        return ""
    recipients = Counter(outcome.recipient for outcome in item.outcomes.all() if outcome.success)
    if recipients != Counter(message.client_recipients):
        return f"its outcomes are for {dict(recipients)} of {message.client_recipients}"
    return _of_copies(message, folder_of(job, item), copies[message.postfix_id])


def _of_copies(message: Message, folder: str, copies: list[tuple[str, Path]]) -> str:
    """Look at the mailboxes: each recipient has the message once, in the folder that it was moved to."""
    deliveries = Delivery.objects.using(DATABASE).filter(message=message)
    boxes = Counter(maildir.mailbox(Path(), delivery.recipient).name for delivery in deliveries)
    if Counter(box for box, _ in copies) != boxes:
        return f"{len(deliveries)} recipients have it {len(copies)} times"
    place = "" if folder in ("", maildir.INBOX) else f".{folder}"
    wrong = [path for box, path in copies if place and path.parent.parent.name != place]
    return f"it lies in {wrong[0].parent.parent.name}" if wrong else ""


def main(job_ids: str) -> None:
    """Print what `lies` finds, as JSON on the last line."""
    print(json.dumps(lies(job_ids.split(","))))  # noqa: T201 - this is how it answers

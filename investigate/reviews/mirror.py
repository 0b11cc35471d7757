"""Refresh of the mirror: copy submissions and PhishGuard reports from the API into rows that pages filter and count.

Each refresh reads the last 48 hours; once an hour, a full refresh reads the last 90 days. Rows are written page by page
in short transactions. What the API no longer lists keeps its row, marked as gone. A refresh whose process dies is
repeated from the start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api_client import ApiError, Client
from api_client.errors import RateLimited
from api_client.models import PhishGuardReport
from api_client.models import Submission as ApiSubmission
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from investigate.reviews.models import Followed, Mirror, MirrorKind, Report, Submission
from investigate.reviews.request_matching import match_requests

DAYS = 90
RECENT = timedelta(hours=48)
FULL_EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=5)
TIED_WITHIN = timedelta(hours=1)
"""Age up to which a short refresh matches submissions to requests. Older ones wait for the next full refresh."""
PAUSE_AFTER_FAILURE = timedelta(seconds=60)
PER_PAGE = 500

T = TypeVar("T")


def mirror_refresh(kind: MirrorKind, *, full: bool = False) -> bool:
    """Refresh the mirror of one kind. Return False if another process has the lease or a pause has not ended.

    A refresh after FULL_EVERY, or with `full`, is full. Raise ApiError if the API can't be read. Then the next refresh
    waits as long as the API asked for, or PAUSE_AFTER_FAILURE.
    """
    mirror = _claim_lease(kind)
    if mirror is None:
        return False
    now = timezone.now()
    full = full or mirror.full_at is None or mirror.full_at < now - FULL_EVERY
    start = now - (timedelta(days=DAYS) if full else RECENT)
    try:
        seen = _READERS[kind](api_client_for_background(), start, now)
    except ApiError as error:
        wait = error.retry_after if isinstance(error, RateLimited) and error.retry_after else None
        pause = timedelta(seconds=wait) if wait else PAUSE_AFTER_FAILURE
        _release_lease(mirror, error=error.reason[:1000], not_before=timezone.now() + pause)
        raise
    if full:
        _mark_gone(kind, seen, start, now)
    _release_lease(mirror, error="", recent_at=now, not_before=None, **({"full_at": now} if full else {}))
    if kind == MirrorKind.SUBMISSIONS:
        match_requests(since=start if full else now - TIED_WITHIN)
    return True


def mirror_of(kind: MirrorKind) -> Mirror:
    """Return the state of one mirror on the configured backend. Create it if there is none."""
    return Mirror.objects.get_or_create(kind=kind, account_id=backend_account_id(), backend=backend_fingerprint())[0]


def _claim_lease(kind: MirrorKind) -> Mirror | None:
    mirror, now = mirror_of(kind), timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Q(not_before=None) | Q(not_before__lte=now)
    taken = Mirror.objects.filter(free, due, pk=mirror.pk).update(lease_until=now + LEASE)
    return mirror if taken else None


def _release_lease(mirror: Mirror, **changes: Any) -> None:
    Mirror.objects.filter(pk=mirror.pk).update(lease_until=None, **changes)


def _read_submissions(client: Client, start: datetime, end: datetime) -> set[str]:
    found = client.submissions.iterate(start=start, end=end, per_page=PER_PAGE, order="requested_at", direction="desc")
    seen: set[str] = set()
    for batch in _batches(found):
        _write_submissions(batch)
        seen.update(one.submission_id for one in batch)
    return seen


def _read_reports(client: Client, start: datetime, end: datetime) -> set[str]:
    seen: set[str] = set()
    for batch in _batches(client.phishguard.reports.iterate(start=start, end=end, per_page=PER_PAGE)):
        _write_reports(batch)
        seen.update(str(one.id) for one in batch)
    return seen


_READERS: dict[MirrorKind, Callable[[Client, datetime, datetime], set[str]]] = {
    MirrorKind.SUBMISSIONS: _read_submissions,
    MirrorKind.REPORTS: _read_reports,
}


def _write_submissions(batch: list[ApiSubmission]) -> None:
    now = timezone.now()
    rows = [_submission(one, now) for one in {one.submission_id: one for one in batch}.values()]
    with transaction.atomic():
        Submission.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["account_id", "backend", "submission_id"],
            update_fields=SUBMISSION_FIELDS,
        )
        mine = _of_backend(Submission).filter(submission_id__in=[row.submission_id for row in rows])
        mine.filter(_answered(), answered_at=None).update(answered_at=now)
        mine.exclude(_answered()).update(answered_at=None)
        escalations = [row.escalated_submission_id for row in rows if row.escalated_submission_id]
        _of_backend(Submission).filter(submission_id__in=escalations).update(is_escalation=True)


def _answered() -> Q:
    """Return the filter for answered submissions.

    A submission is answered when it was judged or has failed. A user's report is answered when it was reviewed or
    escalated, and never while it is unreviewed. An invalid one reports nothing, so it waits for nobody.
    """
    judged = ~Q(outcome_disposition="") | Q(status__in=["completed", "failed"])
    waits = Q(type__iexact="user", customer_status="unreviewed")
    taken_up = Q(type__iexact="user", customer_status__in=["reviewed", "escalated"])
    return (judged & ~waits) | taken_up | Q(status="invalid")


SUBMISSION_FIELDS = [
    "type",
    "customer_status",
    "status",
    "outcome",
    "original_disposition",
    "requested_disposition",
    "outcome_disposition",
    "requested_by",
    "requested_at",
    "subject",
    "original_postfix_id",
    "original_edf_hash",
    "same_mail",
    "escalated_as",
    "escalated_at",
    "escalated_by",
    "escalated_submission_id",
    "folded",
    "seen_at",
    "gone_at",
]
"""Fields that a refresh overwrites. They include none of the team's own data (claim, closing, request)."""

REPORT_FIELDS = [
    "title",
    "content",
    "disposition",
    "priority",
    "tags",
    "sender",
    "recipients",
    "postfix_id",
    "occurred_at",
    "created_at",
    "updated_at",
    "folded",
    "seen_at",
    "gone_at",
]


def _submission(one: ApiSubmission, now: datetime) -> Submission:
    def text(value: str | None, field: str) -> str:
        return (value or "")[: getattr(Submission._meta.get_field(field), "max_length", None)]

    # Versions of the API differ in the case of dispositions and states.
    return Submission(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        submission_id=one.submission_id[:64],
        type=text((one.type or "").capitalize(), "type"),
        customer_status=text((one.customer_status or "").lower(), "customer_status"),
        status=text((one.status or "").lower(), "status"),
        outcome=text((one.outcome or "").lower(), "outcome"),
        original_disposition=text((one.original_disposition or "").upper(), "original_disposition"),
        requested_disposition=text((one.requested_disposition or "").upper(), "requested_disposition"),
        outcome_disposition=text((one.outcome_disposition or "").upper(), "outcome_disposition"),
        requested_by=text(one.requested_by, "requested_by"),
        requested_at=one.requested_at,
        subject=one.subject or "",
        original_postfix_id=text(one.original_postfix_id, "original_postfix_id"),
        original_edf_hash=text(one.original_edf_hash, "original_edf_hash"),
        same_mail=same_mail_of(one),
        # Only a new row gets it: what campaigns made of it since is not the API's.
        row_key=same_mail_of(one),
        escalated_as=text((one.escalated_as or "").upper(), "escalated_as"),
        escalated_at=one.escalated_at,
        escalated_by=text(one.escalated_by, "escalated_by"),
        escalated_submission_id=text(one.escalated_submission_id, "escalated_submission_id"),
        folded=_folded(one.subject, one.requested_by, one.submission_id, one.original_postfix_id),
        seen_at=now,
        gone_at=None,
    )


def same_mail_of(one: ApiSubmission) -> str:
    """Return a key that users' reports of the same mail share: the same text and subject, else the same message.

    Every other submission has a key of its own.
    """
    if (one.type or "").lower() != "user":
        key = one.submission_id
    elif one.original_edf_hash:
        key = f"{one.original_edf_hash}\n{(one.subject or '').strip().casefold()}"
    else:
        key = one.original_postfix_id or one.submission_id
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _write_reports(batch: list[PhishGuardReport]) -> None:
    now = timezone.now()
    Report.objects.bulk_create(
        [_report(one, now) for one in {one.id: one for one in batch}.values()],
        update_conflicts=True,
        unique_fields=["account_id", "backend", "report_id"],
        update_fields=REPORT_FIELDS,
    )


def _report(one: PhishGuardReport, now: datetime) -> Report:
    tags = [{"category": tag.category, "value": tag.value} for tag in one.tags or ()]
    return Report(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        report_id=one.id,
        title=one.title,
        content=one.content,
        disposition=one.disposition.upper()[:32],
        priority=one.priority.lower()[:32],
        tags=tags,
        sender=one.fields.from_ or "",
        recipients=list(one.fields.to),
        postfix_id=(one.fields.postfix_id or "")[:128],
        occurred_at=one.fields.occurred_at or one.fields.ts,
        created_at=one.created_at or one.ts or now,
        updated_at=one.updated_at,
        folded=_folded(one.title, one.fields.from_, *one.fields.to, *(tag["value"] for tag in tags)),
        seen_at=now,
        gone_at=None,
    )


def _folded(*texts: str | None) -> str:
    return " ".join(text for text in texts if text).casefold()


def _mark_gone(kind: MirrorKind, seen: set[str], start: datetime, now: datetime) -> None:
    """Mark as gone the rows since `start` that the full refresh did not find."""
    if kind == MirrorKind.SUBMISSIONS:
        rows, name = _of_backend(Submission).filter(requested_at__gte=start), "submission_id"
    else:
        rows, name = _of_backend(Report).filter(created_at__gte=start), "report_id"
    kept = rows.filter(gone_at=None, seen_at__lt=now).values_list("pk", name)
    missing = [pk for pk, key in kept if str(key) not in seen]
    for ids in _batches(iter(missing)):
        rows.filter(pk__in=ids).update(gone_at=now)


def _of_backend(model: type[Followed]) -> Any:
    return model._default_manager.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def _batches(values: Iterable[T], size: int = PER_PAGE) -> Iterator[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch

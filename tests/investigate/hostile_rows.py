"""Rows of the console whose every column of text is hostile: whoever wrote them, pages show them as text."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from dashboard.account_links.models import AccountLink
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.selections.models import SelectedMessage, Selection
from dashboard.jobs.states import JobState
from dashboard.people.models import PersonSession
from dashboard.request_ids import request_id
from dashboard.walking.models import WalkState
from investigate.annotations.models import MessageAssignment, MessageNote
from investigate.reviews.models import Note, Report, Submission
from investigate.search.saved.models import RecentSearch, SavedSearch
from investigate.search.walks.models import SearchExport
from settings_admin.models import Change, Replay, ReplayHit, Run, RunLine

M = TypeVar("M", bound=models.Model)
_OURS = {"account_id", "backend"}
_KEPT = frozenset({"kind", "digest", "key", "claimed_by", "password", "format", "range"})
"""Columns that no page shows, and in which the console looks for a word of its own."""


def row(model: type[M], text: str, /, **fields: Any) -> M:
    """Return a row, not saved, with the text in each of its columns of text that `fields` leaves open."""
    own = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    for field in model._meta.get_fields():
        if not isinstance(field, models.Field) or field.is_relation or field.name in fields:
            continue
        if field.name in _OURS:
            fields[field.name] = own[field.name]
        elif isinstance(field, models.CharField | models.TextField) and not field.choices and field.name not in _KEPT:
            fields[field.name] = text.replace("\0", "")[: field.max_length]
        elif isinstance(field, models.DateTimeField) and not field.null and not field.has_default():
            fields[field.name] = timezone.now()
        elif isinstance(field, models.BooleanField) and not field.null and not field.has_default():
            fields[field.name] = False
        elif field.name in _numbers(model):
            fields[field.name] = 30
    return model(**fields)


def rows(model: type[M], texts: list[str], /, **fields: Any) -> list[M]:
    """Save and return a row for each text; a list among the fields has a value for each."""
    made = [
        row(model, text, **{name: value[at] if isinstance(value, list) else value for name, value in fields.items()})
        for at, text in enumerate(texts)
    ]
    return model.objects.bulk_create(made)


def nested(text: str) -> dict[str, Any]:
    """Return JSON with the text as keys and values, and within a list and an object."""
    return {text or "x": text, "before": {"name": text}, "after": {"name": f"{text}!"}, "list": [text], "reason": text}


def fill(texts: list[str], message_ids: list[str], viewer: User) -> dict[str, list[models.Model]]:
    """Fill the console, and return the rows that have pages of their own, by the URL name of that page."""
    texts = [text.replace("\0", "") for text in texts]
    ids = [one for one, _text in zip(cycle(message_ids), texts, strict=False)]
    people = rows(User, [f"{number} {text}" for number, text in enumerate(texts)], email=[f"{t}@x" for t in texts])
    rows(AccountLink, texts[:30], user=people[:30], maker=people[0], how="invited", vouched_at=None)
    jobs = rows(Job, texts, action="move", state=JobState.PARTIAL, created_by=people, finished_at=timezone.now())
    waiting = rows(
        Job, texts[:20], action="move", state=JobState.AWAITING, created_by=people[:20],
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    for job in jobs[::9]:
        snapshots = [{"id": one, "subject": text, "sender": text, "sender_name": text, "recipients": [text]}
                     for one, text in zip(ids, texts, strict=True)]  # fmt: skip
        keys = [f"{one}-{number}" for number, one in enumerate(ids)]
        items = rows(JobItem, texts, job=job, state="failed", investigate_id=keys, snapshot=snapshots, proof="")
        rows(JobOutcome, texts, item=items)
    selections = rows(Selection, texts[:9], state=WalkState.DONE, source="query", filters={}, position={}, tallies={})
    for selection in selections:
        rows(
            SelectedMessage, texts, selection=selection, destination="Inbox",
            investigate_id=[f"{one}-{number}" for number, one in enumerate(ids)],
            snapshot=[{"id": one, "subject": text, "sender": text} for one, text in zip(ids, texts, strict=True)],
        )  # fmt: skip
    rows(MessageNote, texts, message_id=ids, author=people)
    assigned = list(dict.fromkeys(message_ids))
    rows(MessageAssignment, texts[: len(assigned)], message_id=assigned, assignee=people[: len(assigned)])
    # Texts of another corpus may begin with the same letters, and names are cut and have to differ.
    longest = SavedSearch._meta.get_field("name").max_length
    rows(SavedSearch, list({text[:longest]: text for text in texts}.values()), created_by=viewer)
    rows(RecentSearch, texts[:20], user=viewer, query=[f"query={n}" for n in range(20)])
    exports = rows(
        SearchExport, texts[:9], created_by=viewer, state=WalkState.FAILED, format="csv", filters={}, position={}
    )
    submissions = rows(Submission, texts, submission_id=[f"s{n}" for n in range(len(texts))], claimed_by=people)
    reports = rows(
        Report, texts, tags=[[{"category": text, "value": text}] for text in texts],
        recipients=[[text] for text in texts],
        **{name: list(range(1, len(texts) + 1)) for name in _numbers(Report)},
    )  # fmt: skip
    for one in submissions[::9]:
        rows(Note, texts, submission=one, report=None)
    changes = rows(
        Change, texts, user=people, kind="block_senders", action="edit", outcome="done",
        before=[_entry(text) for text in texts], after=[_entry(f"{text}!") for text in texts],
    )  # fmt: skip
    runs = rows(
        Run,
        texts[:9],
        kind="block_senders",
        action="import",
        state="done",
        created_by=viewer,
        filters={},
        ids=[[] for _run in texts[:9]],
    )
    for run in runs:
        rows(
            RunLine, texts, run=run, op="add", state="refused", values=[_entry(text) for text in texts],
            before={}, changed={}, **{name: list(range(1, len(texts) + 1)) for name in _numbers(RunLine)},
        )  # fmt: skip
    replays = rows(
        Replay, texts[:9], created_by=viewer, kind="block_senders", state=WalkState.DONE, filters={}, position={},
        values=[_entry(text) for text in texts[:9]], seen={}, touched={}, effects={}, back="/policies/",
    )  # fmt: skip
    for replay in replays:
        rows(ReplayHit, texts, replay=replay, recipients=[[text] for text in texts])
    rows(PersonSession, texts, user=viewer, key_digest=[f"{n:064}" for n in range(len(texts))], data="",
         expires_at=timezone.now() + timedelta(days=1))  # fmt: skip
    rows(Authenticator, texts[:30], user=viewer, type="webauthn",
         data=[{"name": text, "credential": {"clientExtensionResults": {}}} for text in texts[:30]])  # fmt: skip
    entries = []
    for text in texts:
        actor = Actor(user_id=None, username=text, role=text[:20], ip="192.0.2.1", user_agent=text)
        with request_id(text[:64]):
            entries.append(
                record(
                    actor=actor,
                    action=text[:40],
                    outcome="done",
                    object_kind=text[:40],
                    object_id=text,
                    detail=nested(text),
                )
            )
    return {
        "jobs:detail": [*jobs[::9], *waiting[:5]],
        "jobs:selection": selections,
        "investigate:export": exports,
        "reviews:submission": submissions[::9],
        "reviews:report": reports[::9],
        "settings_admin:change": changes[::9],
        "settings_admin:run": runs,
        "settings_admin:replay": replays,
        "audit:entry": entries[::5],
    }


def _entry(text: str) -> dict[str, Any]:
    return {"pattern": text, "pattern_type": text, "is_regex": False, "comments": text}


def _numbers(kind: type[models.Model]) -> list[str]:
    """Return the columns of numbers that a row needs."""
    return [
        field.name
        for field in kind._meta.concrete_fields
        if isinstance(field, models.IntegerField)
        and not field.primary_key
        and not field.null
        and not field.has_default()
    ]

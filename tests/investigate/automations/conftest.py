"""Automations on the fake API: made, watched and switched on as people do it, and run as the worker does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.audit.actor import actor_for
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.people.services import people_ensure
from investigate.automations.models import Automation
from investigate.automations.running import automations_run
from investigate.automations.services import automation_create, automation_switch_on
from investigate.reviews.models import Submission
from tests.investigate.fake_api import message
from tests.investigate.reviews.conftest import reviews

__all__ = ["reviews"]

PLAIN = {
    "event": "judged",
    "query": "",
    "verdicts": [],
    "reporters": 1,
    "act": "move",
    "scope": "message",
    "destination": "JunkEmail",
    "assignee": None,
    "tag": "",
    "disposition": "",
    "per_hour": 100,
    "unattended": 500,
}


@pytest.fixture
def ann(db):
    return people_ensure(username="ann", password="long enough to be one", role="analyst")[0]


@pytest.fixture
def make(api, ann):
    """Make an automation that has looked since an hour ago. It watches, or is on if `on` is given."""

    def made(*, on=False, **values) -> Automation:
        values = {"name": "A rule", **PLAIN, **values}
        automation = automation_create(actor=actor_for(ann), values=values)
        if on:
            automation_switch_on(actor=actor_for(ann), automation=automation, user=ann)
        hour_ago = timezone.now() - timedelta(hours=1)
        cursor = {"pk": 0} if values["event"] == "reported" else {"at": hour_ago.isoformat(), "pk": 0}
        if values["event"] == "judged":
            cursor = {"from": hour_ago.isoformat()}
        elif values["event"] in ("released", "job_ended"):
            cursor = {"at": hour_ago.isoformat(), "job": "", "item": 0}
        Automation.objects.filter(pk=automation.pk).update(since=hour_ago, cursor=cursor)
        automation.refresh_from_db()
        return automation

    return made


def run(automation: Automation | None = None) -> None:
    """Let the worker run, without waiting for a lease or a pause to end."""
    Automation.objects.update(lease_until=None, not_before=None)
    automations_run()
    if automation is not None:
        automation.refresh_from_db()


def letter(number: int, **fields):
    """Return a message of the last hour; each number is another one."""
    at = (timezone.now() - timedelta(seconds=60 + number % 1500)).replace(microsecond=0)
    return message(number, scanned_at=at, **fields)


def reported(postfix_id: str, who: str, *, text_hash: str = "", asked: str = "MALICIOUS", **fields) -> Submission:
    """Return a report of a user, as the mirror has it, unsaved."""
    return Submission(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        submission_id=f"{postfix_id}-{who}"[:64],
        type="User",
        requested_by=who,
        requested_disposition=asked,
        requested_at=timezone.now(),
        seen_at=timezone.now(),
        original_postfix_id=postfix_id,
        original_edf_hash=text_hash,
        **fields,
    )


def writes(api) -> list[str]:
    """Return the requests that were not reads."""
    return [f"{one.method} {one.url.path}" for one in api.requests if one.method != "GET"]

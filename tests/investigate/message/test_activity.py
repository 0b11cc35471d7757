"""What was done to a message: each deed once, whoever tells of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.jobs.models import JobItem
from dashboard.jobs.services import job_create
from investigate.message.tabs.activity import ActivityEntry, merge_activity
from tests.investigate.fake_api import held

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def ours(seconds=0, **more):
    told = {"what": "Move by a job", "who": "anna", "detail": "", "outcome": "done", "kind": "move"}
    return ActivityEntry(NOON + timedelta(seconds=seconds), **(told | more))


def logged(seconds=0, **more):
    told = {"what": "Moved", "who": "via token", "is_ours": False, "is_in_log": True}
    return ours(seconds, **(told | more))


@pytest.mark.parametrize(
    ("deed", "entry", "are_one"),
    [
        (ours(), logged(3), True),
        (ours(), logged(-90), True),
        (ours(), logged(121), False),
        (ours(about="JunkEmail"), logged(about="JunkEmail"), True),
        (ours(about="JunkEmail"), logged(about="Inbox"), False),
        (ours(about="JunkEmail"), logged(), True),
        (ours(outcome="unknown"), logged(), True),
        (ours(outcome="failed"), logged(), False),
        (ours(outcome="failed"), logged(outcome="failed"), True),
        (ours(), logged(outcome="failed"), False),
        (ours(kind="release"), logged(), False),
        (ours(kind=""), logged(kind=""), False),
    ],
)
def test_what_both_tell_of_is_told_once_by_the_console(deed, entry, are_one):
    told = merge_activity([entry], [deed])
    assert len(told) == (1 if are_one else 2)
    (mine,) = [one for one in told if one.is_ours]
    assert (mine.who, mine.is_in_log) == ("anna", are_one)


def test_those_closest_in_time_belong_together_and_none_is_lost():
    told = merge_activity([logged(61), logged(1), logged(200)], [ours(0), ours(60)], [ours(400, kind="", what="Noted")])
    assert [(deed.at - NOON).seconds for deed in told] == [400, 200, 60, 0]
    assert [(deed.is_ours, deed.is_in_log) for deed in told] == [
        (True, False),
        (False, True),
        (True, True),
        (True, True),
    ]


def test_a_deed_without_a_time_stands_last():
    nowhen = ActivityEntry(None, "Moved", "via token", "", "done", kind="move", is_ours=False, is_in_log=True)
    assert merge_activity([nowhen], [ours()])[-1] is nowhen


@pytest.fixture
def moved(analyst, api):
    """A message that anna moved by a job, and that somebody else moved back without the console."""
    letter = held(1)
    api.add(letter)
    job_create(user=User.objects.get(username="a-analyst"), action="move", destination="JunkEmail", ids=[letter["id"]])
    JobItem.objects.update(state="done", attempted_at=NOON)
    api.logs[letter["id"]] = [
        {"operation": operation, "completed_at": at.isoformat(), "success": True, "properties": properties}
        for operation, at, properties in [
            ("MOVE", NOON + timedelta(seconds=1), {"folder": "JunkEmail", "requested_by": "console"}),
            ("MOVE", NOON + timedelta(hours=1), {"folder": "Inbox", "requested_by": "other"}),
        ]
    ]
    return letter


@pytest.mark.parametrize("tab", ["", "activity/"])
def test_a_page_tells_who_did_what_the_log_has(analyst, moved, tab):
    page = analyst.get(f"/investigate/messages/{moved['id']}/{tab}").content.decode()
    assert page.count("Move by a job to Junk") == 1
    assert "a-analyst · in the API's log" in page
    assert "via token console" not in page
    assert page.count("Moved to Inbox") == 1
    assert "via token other" in page


def test_a_job_that_has_done_nothing_yet_is_no_news(analyst, moved):
    JobItem.objects.update(state="pending", attempted_at=None)
    page = analyst.get(f"/investigate/messages/{moved['id']}/").content.decode()
    assert "Move by a job" not in page
    assert "via token console" in page


def test_failed_attempts_are_shown_with_where_they_aimed_at_and_why(analyst, api, moved):
    JobItem.objects.update(state="failed")
    first, second = api.logs[moved["id"]]
    first |= {"success": False, "status": "failed: Quota <b>exceeded</b>"}
    second |= {"success": False, "status": "not_in_mailbox"}
    page = analyst.get(f"/investigate/messages/{moved['id']}/activity/").content.decode()
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Move by a job to Junk failed Quota &lt;b&gt;exceeded&lt;/b&gt; a-analyst" in told
    assert "Moved to Inbox failed No mailbox has this message" in told

"""What was released is followed: each thing that goes wrong afterwards comes back once, and nothing else does."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api_client.models import Message
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.badges import badge_of
from dashboard.jobs.models import Job, JobItem
from dashboard.overview.models import DayWalk
from investigate.releases.models import WatchedRelease
from investigate.releases.watching import ReleaseCounter, releases_keep
from investigate.reviews.models import Submission
from tests.investigate.fake_api import message

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def mine():
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def release(number, *, state="done", ago=HOUR, by=None, disposition="SPAM", action="release"):
    """A job that released one message so long ago."""
    now = timezone.now()
    job = Job.objects.create(
        **mine(), action=action, size=1, finished_at=now, created_by=by, created_by_name=by.username if by else "x"
    )
    wire = message(number)
    return JobItem.objects.create(
        job=job,
        investigate_id=wire["id"],
        snapshot={"subject": f"Offer {number}", "disposition": disposition, "postfix_id": wire["postfix_id"]},
        state=state,
        settled_at=now - ago,
    )


def read(number, *, before_release=False, **fields):
    """Let a day walk come past the message, as the API shows it."""
    counter, tally = ReleaseCounter(), {}
    found = [Message.model_validate(message(number, **fields)), Message.model_validate(message(900))]
    counter.add(tally, counter.prepare(api_client_for_background(), found))
    started = timezone.now() - (2 * HOUR if before_release else timedelta(0))
    counter.store(DayWalk(**mine(), day=timezone.now().date(), started_at=started), tally)


def wrongs(**facts):
    read(1, final_disposition="SPAM")
    read(1, **facts)
    row = WatchedRelease.objects.get()
    return row.wrongs, row.wrong_at is not None


def test_only_what_was_really_released_is_watched_and_once(api):
    release(1)
    release(2, state="failed")
    release(3, action="move")
    release(4, ago=timedelta(days=31))
    releases_keep()
    release(1)
    releases_keep()
    assert [row.subject for row in WatchedRelease.objects.all()] == ["Offer 1"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"final_disposition": "NONE"}, []),
        ({"final_disposition": "SPAM"}, []),
        ({"final_disposition": "MALICIOUS"}, ["judged Malicious since"]),
        ({"final_disposition": "SUSPICIOUS"}, ["judged Suspicious since"]),
        ({"final_disposition": "SPAM", "is_phish_submission": True}, ["reported as phish since"]),
    ],
)
def test_what_changes_for_the_worse_is_wrong(api, facts, expected):
    release(1)
    releases_keep()
    assert wrongs(**facts) == (expected, bool(expected))


def test_what_was_so_at_the_release_is_not_wrong(api):
    release(1, disposition="MALICIOUS")
    release(2, disposition="")
    releases_keep()
    read(1, final_disposition="MALICIOUS", is_phish_submission=True)
    read(2, final_disposition="MALICIOUS")
    read(1, final_disposition="MALICIOUS", is_phish_submission=True)
    assert not WatchedRelease.objects.exclude(wrong_at=None)
    read(1, final_disposition="NONE")
    read(1, final_disposition="MALICIOUS")
    assert WatchedRelease.objects.exclude(wrong_at=None).get().wrongs == ["judged Malicious since"]


def test_a_walk_that_began_before_the_release_tells_nothing(api):
    release(1)
    releases_keep()
    read(1, final_disposition="MALICIOUS", before_release=True)
    assert WatchedRelease.objects.get().read_at is None


def test_a_report_after_the_release_counts_and_one_before_does_not(api):
    for number, ago in ((1, 2 * HOUR), (2, HOUR / 2)):
        item = release(number)
        at = timezone.now() - ago
        Submission.objects.create(
            **mine(),
            seen_at=at,
            submission_id=f"s{number}",
            requested_at=at,
            requested_disposition="MALICIOUS",
            original_postfix_id=item.seen.postfix_id,
        )
    releases_keep()
    assert [row.subject for row in WatchedRelease.objects.exclude(reported_at=None)] == ["Offer 2"]


def test_it_comes_back_to_whoever_released_it_until_noted_and_again_if_more_goes_wrong(browse, api):
    analyst, other = browse("analyst"), browse("admin")
    release(1, by=User.objects.get(username="a-analyst"))
    releases_keep()
    read(1, final_disposition="SPAM")
    assert badge_of("releases:list") is None
    read(1, final_disposition="MALICIOUS")
    assert badge_of("releases:list").count == 1
    assert "Judged Malicious since" in unescape(analyst.get("/releases/").content.decode())
    assert "Offer 1" not in other.get("/releases/").content.decode()
    assert "Offer 1" in other.get("/releases/?view=wrong").content.decode()
    row = WatchedRelease.objects.get()
    assert browse("reviewer").post(f"/releases/{row.pk}/seen/").status_code == 403
    assert analyst.post(f"/releases/{row.pk}/seen/", {"view": "mine"})["Location"] == "/releases/?view=mine"
    assert badge_of("releases:list") is None
    read(1, final_disposition="MALICIOUS", is_phish_submission=True)
    assert badge_of("releases:list").count == 1


def test_what_is_over_is_forgotten_and_what_nobody_noted_is_not(api):
    release(1)
    release(2)
    releases_keep()
    read(1, final_disposition="MALICIOUS")
    WatchedRelease.objects.update(released_at=timezone.now() - timedelta(days=31))
    JobItem.objects.all().delete()
    releases_keep()
    assert [row.subject for row in WatchedRelease.objects.all()] == ["Offer 1"]


def test_the_message_says_that_it_was_released_and_what_went_wrong(browse, api):
    analyst = browse("analyst")
    item = release(1, by=User.objects.get(username="a-analyst"))
    releases_keep()
    read(1, final_disposition="MALICIOUS")
    api.messages = [message(1)]
    page = unescape(analyst.get(f"/investigate/messages/{item.investigate_id}/").content.decode())
    assert "Released by a-analyst" in page
    assert "judged Malicious since" in page

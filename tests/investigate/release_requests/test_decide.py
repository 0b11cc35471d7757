"""The team decides: allowed by an ordinary job whose proof alone tells the recipient, refused, blocked, expired."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.badges import badge_of
from dashboard.jobs.models import Job, JobItem
from investigate.release_requests.models import ReleaseRequest
from investigate.release_requests.settling import requests_keep
from tests.investigate.console import ROLES
from tests.investigate.digests.conftest import mails, read, spam
from tests.investigate.fake_api import refusal
from tests.investigate.release_requests.conftest import asked, link, subjects, work

pytestmark = pytest.mark.django_db


def fresh(request: ReleaseRequest) -> ReleaseRequest:
    request.refresh_from_db()
    return request


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_who_sees_the_queue_and_decides(told, browse, role):
    request = asked()
    browser = browse(role)
    statuses = [
        browser.get("/requests/").status_code,
        browser.get(f"/requests/{request.pk}/").status_code,
        browser.post(f"/requests/{request.pk}/allow/").status_code,
    ]
    may = role in ("analyst", "admin")
    assert statuses == ([200, 200, 302] if may else [302] * 3 if role == "anonymous" else [403] * 3)
    assert Job.objects.exists() == may


def test_allowed_it_is_released_proven_and_answered(told, analyst, settings):
    request = asked()
    badge = badge_of("release_requests:list")
    assert (badge.text, badge.meaning) == ("1", "waiting")
    analyst.post(f"/requests/{request.pk}/allow/", {"answer": "Enjoy http://shop.example/"})
    job = Job.objects.get()
    assert (job.action, job.size, job.created_by_name) == ("release", 1, "a-analyst")
    requests_keep()
    assert fresh(request).state == "allowed"
    assert "It is in your mailbox" not in subjects()
    work(settings)
    assert fresh(request).state == "done"
    assert not told.messages[0]["is_quarantined"]
    assert subjects()[-1] == "It is in your mailbox"
    assert "Enjoy hxxp://shop[.]example/" in mails(template="request:")[-1]["text"]
    requests_keep()
    assert subjects().count("It is in your mailbox") == 1
    actions = set(AuditEntry.objects.filter(object_kind="release_request").values_list("action", flat=True))
    assert {"request_allow", "request_answer"} <= actions


def test_a_job_that_needs_a_second_person_answers_nobody_before(told, analyst, browse, settings):
    settings.GATEHOUSE_APPROVALS = {"release": 1}
    request = asked()
    analyst.post(f"/requests/{request.pk}/allow/")
    work(settings)
    assert fresh(request).state == "allowed"
    browse("admin").post(f"/jobs/{Job.objects.get().pk}/refuse/")
    work(settings)
    assert fresh(request).state == "waiting"
    assert request.trouble == "A second person refused the job."
    assert "It came back" in analyst.get(f"/requests/{request.pk}/").content.decode()
    assert "It is in your mailbox" not in subjects()


def test_a_release_that_the_api_refuses_comes_back(told, analyst, settings):
    request = asked()
    told.broken["POST release"] = refusal(400, "Not today.")
    analyst.post(f"/requests/{request.pk}/allow/")
    work(settings)
    assert fresh(request).state == "waiting"
    assert "Not today" in request.trouble
    assert "It is in your mailbox" not in subjects()


def test_a_release_to_others_too_takes_consent(digests, analyst, settings):
    settings.GATEWAY_EMBEDDED = False
    digests.add(spam(1, ("anna@team.example", "bo@team.example", "eve@elsewhere.example")))
    read()
    request = asked()
    page = analyst.get(f"/requests/{request.pk}/").content.decode()
    assert "Release it to all 3 recipients" in page
    assert analyst.post(f"/requests/{request.pk}/allow/").status_code == 422
    assert not Job.objects.exists()
    analyst.post(f"/requests/{request.pk}/allow/", {"takes_all": "on"})
    work(settings)
    assert fresh(request).state == "done"
    assert subjects("bo@team.example") == []


def test_refused_with_an_answer(told, analyst):
    request = asked()
    analyst.post(f"/requests/{request.pk}/refuse/", {"answer": "It is a trap."})
    assert fresh(request).state == "refused"
    assert subjects()[-1] == "Your request was refused"
    assert "It is a trap." in mails(template="request:")[-1]["text"]
    page = analyst.get(link()).content.decode()
    assert "It is a trap." in page
    assert not Job.objects.exists()


def test_decided_once(told, analyst):
    request = asked()
    analyst.post(f"/requests/{request.pk}/refuse/")
    analyst.post(f"/requests/{request.pk}/allow/")
    analyst.post(f"/requests/{request.pk}/refuse/", {"answer": "Again"})
    assert not Job.objects.exists()
    assert subjects().count("Your request was refused") == 1


def test_a_request_that_nobody_decides_on_expires_and_says_so(told):
    request = asked()
    ReleaseRequest.objects.update(expires_at=timezone.now())
    requests_keep()
    requests_keep()
    assert fresh(request).state == "expired"
    assert subjects()[-1] == "Nobody decided on your request"
    assert subjects().count("Nobody decided on your request") == 1


def test_claimed_by_one_and_given_back(told, analyst, browse):
    request = asked()
    analyst.post(f"/requests/{request.pk}/claim/")
    browse("admin").post(f"/requests/{request.pk}/claim/")
    assert fresh(request).claimed_by_name == "a-analyst"
    assert "Subject 1" in analyst.get("/requests/?view=mine").content.decode()
    browse("admin").post(f"/requests/{request.pk}/unclaim/")
    assert fresh(request).claimed_by_name == ""


def test_who_else_got_the_same_mail(told, analyst):
    told.add(spam(2, ("bo@team.example",), subject="Subject 1", **{"from": "sender1@other.example"}))
    read()
    request = asked()
    page = analyst.get(f"/requests/{request.pk}/").content.decode()
    assert "bo" in page
    assert "Nobody else is known" not in page


def test_a_message_that_cant_be_read_is_not_allowed(told, analyst):
    request = asked()
    told.broken[f"GET {request.investigate_id}"] = refusal(404, "Gone.")
    page = analyst.get(f"/requests/{request.pk}/")
    assert "Allow: release it" not in page.content.decode()
    analyst.post(f"/requests/{request.pk}/allow/")
    assert not Job.objects.exists()
    assert fresh(request).state == "waiting"


def test_hostile_texts_are_shown_as_text(digests, analyst):
    digests.add(spam(1, subject="\u202e<script>alert(1)</script>", **{"from": "<b>@evil.example"}))
    read()
    from investigate.digests.models import HeldCopy

    HeldCopy.objects.update(subject="Subject 1 \u202e<script>alert(1)</script>")
    copy = HeldCopy.objects.get()
    from investigate.digests.links import item_url

    path = item_url(copy.pk, copy.person_id).removeprefix("http://testserver")
    page = analyst.get(path).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("proof", ["seen", "open", "unread", "missing", "state"])
def test_what_is_not_proven_is_looked_at_again_before_anybody_is_told(told, analyst, proof):
    request = asked()
    analyst.post(f"/requests/{request.pk}/allow/")
    now = timezone.now()
    Job.objects.update(state="completed", finished_at=now, proven_at=now)
    JobItem.objects.update(state="done", proof=proof)
    requests_keep()
    assert fresh(request).state == "allowed"
    assert "still shows the message as held" in request.trouble
    assert "It is in your mailbox" not in subjects()
    # It is looked at again, not at once, and told once it shows.
    told.messages[0] |= {"is_quarantined": False, "delivery_status": ["delivered"]}
    requests_keep()
    assert fresh(request).state == "allowed"
    ReleaseRequest.objects.update(check_after=now)
    requests_keep()
    assert fresh(request).state == "done"
    assert subjects()[-1] == "It is in your mailbox"


def test_what_is_not_proven_within_a_day_waits_for_a_person(told, analyst):
    request = asked()
    analyst.post(f"/requests/{request.pk}/allow/")
    now = timezone.now()
    Job.objects.update(state="completed", finished_at=now, proven_at=now)
    JobItem.objects.update(state="done", proof="seen")
    ReleaseRequest.objects.update(decided_at=now - timedelta(hours=25))
    requests_keep()
    assert fresh(request).state == "waiting"
    assert request.trouble
    assert "It is in your mailbox" not in subjects()

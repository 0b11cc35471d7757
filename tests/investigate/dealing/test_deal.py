"""One path: from any message, report or selection to a sheet that is filled in, and on to the job."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selections.models import Selection
from dashboard.walking.running import walk_run
from investigate.campaigns.models import Campaign, CampaignMessage
from investigate.reviews.models import Submission
from tests.investigate.campaigns.keeping import kept
from tests.investigate.fake_api import NOW, envelope, held, message
from tests.investigate.reviews import reviews_api

DEAL = "/investigate/deal/"


@pytest.fixture
def reviews(api):
    """The API that the console speaks to, with submissions and reports, empty."""
    return reviews_api.serve()


def copies(*letters, text_hash="a" * 64, subject="Your parcel waits"):
    return [letter | {"edf_hash": text_hash, "subject": subject} for letter in letters]


def reported(postfix_id: str, who: str, *, text_hash: str = "", asked: str = "MALICIOUS") -> None:
    Submission.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        submission_id=f"{postfix_id}-{who}",
        type="User",
        requested_by=who,
        requested_disposition=asked,
        requested_at=timezone.now(),
        seen_at=timezone.now(),
        original_postfix_id=postfix_id,
        original_edf_hash=text_hash,
    )


def gathered() -> Selection:
    selection = Selection.objects.latest("created_at")
    for _ in range(10):
        walk_run("dashboard.selection", selection.pk)
        selection.refresh_from_db()
        if not selection.is_active:
            return selection
    raise AssertionError("The selection is still being gathered.")


def sheet(client, **form):
    """Deal with what the form names, let the worker gather it, and return the sheet's page."""
    answer = client.post(DEAL, {"next": "/submissions/?view=open", **form})
    assert answer.status_code == 302, answer.content
    gathered()
    return client.get(answer["Location"])


def fields(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    chosen = re.search(r'<option value="(\w+)" selected', page)
    reason = re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", page)
    return found | {"destination": chosen[1] if chosen else "", "reason": reason[1] if reason else ""}


def test_all_copies_of_a_reported_mail_are_moved_with_two_keys(analyst, api):
    first, *others = copies(*(message(number) for number in range(1, 6)))
    waiting = copies(held(6))
    api.add(first, *others, *waiting, message(7, subject="Your parcel waits"), message(8))
    reported(first["postfix_id"], "bo@team.example", text_hash="a" * 64)
    reported(others[0]["postfix_id"], "jo@team.example", text_hash="a" * 64)
    answer = analyst.post(DEAL, {"ids": first["postfix_id"], "next": "/submissions/"})
    assert len(api.requests) == 1
    selection = gathered()
    api.requests.clear()
    page = analyst.get(answer["Location"]).content.decode()
    assert api.requests == []
    assert (selection.size, selection.label) == (6, "All copies of “Your parcel waits”")
    assert "Move 5 messages?" in page
    assert "1 held: no mailbox has them, so they are left out." in page
    given = fields(page)
    assert "Let the API run it" not in page, "it would act on what merely has the same subject"
    assert (given["action"], given["destination"]) == ("move", "RecoverableItemsDeletions")
    assert "reported by jo@team.example, bo@team.example" in given["reason"]
    assert re.search(r'<button[^>]*data-key="d"[^>]*autofocus[^>]*>\s*Move 5 messages', page)
    answer = analyst.post("/jobs/create/", given)
    assert answer["Location"] == "/submissions/"
    job = Job.objects.get()
    assert (job.size, job.destination, job.items.count()) == (5, "RecoverableItemsDeletions", 5)
    assert waiting[0]["id"] not in set(job.items.values_list("investigate_id", flat=True))
    line = analyst.get("/jobs/running/").content.decode()
    assert "0 of 5" in line


def test_the_line_tells_for_a_while_how_ones_own_job_ended(analyst, browse, api):
    api.add(*copies(message(1, final_disposition="SPAM"), message(2, final_disposition="SPAM")))
    page = sheet(analyst, ids=api.messages[0]["id"]).content.decode()
    api.broken["POST move"] = envelope(
        [{"success": True, "message_id": one["id"], "recipient": "anna@team.example"} for one in api.messages]
    )
    for one in api.messages:
        one["post_delivery_operations"] = ["MOVE"]
    given = fields(page) | {"action": "move", "destination": "JunkEmail", "reason": "x"}
    analyst.post("/jobs/create/", given)
    job = Job.objects.get()
    for _ in range(5):
        job_run(job.pk)
    line = analyst.get("/jobs/running/")
    assert line.status_code == 200
    assert "of 2 proven" in line.content.decode()
    assert browse("admin").get("/jobs/running/").status_code == 286
    Job.objects.update(finished_at=timezone.now() - timedelta(minutes=3))
    assert analyst.get("/jobs/running/").status_code == 286


@pytest.mark.parametrize(
    ("letter", "action", "destination"),
    [
        (message(1, final_disposition="MALICIOUS"), "move", "RecoverableItemsDeletions"),
        (message(1, final_disposition="SPAM"), "move", "JunkEmail"),
        (held(1, final_disposition="NONE"), "release", ""),
        (held(1, final_disposition="SPAM"), "", ""),
        (message(1), "", ""),
    ],
)
def test_the_most_sensible_act_is_chosen_for_one_message(analyst, api, letter, action, destination):
    api.add(letter)
    page = sheet(analyst, ids=letter["id"], scope="one").content.decode()
    given = fields(page)
    assert (given.get("action", ""), given["destination"]) == (action, destination)
    assert "Only the one message" not in page


def test_what_was_picked_gets_its_act_once_it_was_read(analyst, api):
    api.add(message(1, final_disposition="SPAM"), message(2, final_disposition="BULK"), message(3))
    page = sheet(analyst, ids=[one["id"] for one in api.messages]).content.decode()
    assert (fields(page)["action"], fields(page)["destination"]) == ("move", "JunkEmail")
    assert "3 messages selected" not in page


def test_a_sheet_of_all_copies_leads_to_that_of_the_one_message(analyst, api):
    first, second = copies(message(1), message(2))
    api.add(first, second)
    page = sheet(analyst, ids=first["id"]).content.decode()
    assert "Only the one message" in page
    page = sheet(analyst, ids=first["id"], scope="one").content.decode()
    assert Selection.objects.latest("created_at").size == 1


def test_without_a_text_hash_subject_and_sender_have_to_be_the_same(analyst, api):
    api.add(
        message(1, subject="Invoice 7", **{"from": "a@evil.example"}),
        message(2, subject="Invoice 7", **{"from": "b@evil.example"}),
        message(3, subject="Invoice 7", **{"from": "a@good.example"}),
        message(4, subject="Invoice 7 again", **{"from": "a@evil.example"}),
    )
    sheet(analyst, ids=api.messages[0]["id"])
    selection = Selection.objects.latest("created_at")
    assert sorted(selection.messages.values_list("investigate_id", flat=True)) == sorted(
        one["id"] for one in api.messages[:2]
    )


def test_a_subject_without_words_stands_for_its_message_alone(analyst, api):
    api.add(message(1, subject="!!!"), message(2, subject="!!!"))
    sheet(analyst, ids=api.messages[0]["id"])
    assert Selection.objects.latest("created_at").size == 1


def test_while_copies_are_gathered_the_sheet_fills(analyst, api):
    api.add(*copies(*(message(number) for number in range(1, 4))))
    answer = analyst.post(DEAL, {"ids": api.messages[0]["id"]})
    page = analyst.get(answer["Location"]).content.decode()
    assert "Selecting" in page
    selection = Selection.objects.latest("created_at")
    Selection.objects.filter(pk=selection.pk).update(
        size=2, tallies={"dispositions": {"SPAM": 2}, "statuses": {"delivered": 2}, "domains": {"team.example": 2}}
    )
    progress = re.search(r'hx-get="([^"]*/progress/[^"]*)"', page)[1].replace("&amp;", "&")
    part = analyst.get(progress, headers={"HX-Request": "true"}).content.decode()
    assert "2 spam" in part
    assert "team.example" in part


def test_nothing_and_what_is_gone_lead_back_with_a_word(analyst, api):
    for form, words in (({}, "Nothing was selected"), ({"ids": "4Nj-gone"}, "not there any more")):
        answer = analyst.post(DEAL, {**form, "next": "/submissions/"}, follow=True)
        assert words in answer.content.decode()
        assert answer.redirect_chain[0][0] == "/submissions/"


def test_when_all_are_held_nothing_can_be_moved(analyst, api):
    api.add(*copies(held(1), held(2)))
    page = sheet(analyst, ids=api.messages[0]["id"]).content.decode()
    assert "All are held" in page
    assert re.search(r'<button[^>]*data-key="d"[^>]*disabled', page)
    answer = analyst.post("/jobs/create/", fields(page) | {"action": "move", "destination": "JunkEmail", "reason": "x"})
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_every_place_has_the_button(analyst, api):
    letter = message(1)
    api.add(letter)
    reported(letter["postfix_id"], "bo@team.example")
    for path in (
        f"/investigate/messages/{letter['id']}/",
        f"/investigate/messages/{letter['id']}/act/",
        "/submissions/?view=all",
        f"/submissions/{letter['postfix_id']}-bo@team.example/",
        "/investigate/?detections_only=false",
    ):
        assert f'action="{DEAL}"' in (page := analyst.get(path).content.decode()) or DEAL in page, path


def test_hostile_words_of_a_report_stay_words(analyst, api):
    letter = copies(message(1), subject='<script>alert(1)</script> \u202e"&next=//evil.example')[0]
    api.add(letter)
    reported(letter["postfix_id"], '"><img src=x onerror=alert(1)>@team.example', text_hash="a" * 64)
    page = sheet(analyst, ids=letter["id"]).content.decode()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    assert "<img src=x" not in page
    assert 'href="/submissions/?view=open"' in page


def test_copies_that_arrive_within_the_window_only_are_taken(analyst, api):
    first, *rest = copies(
        message(1), message(2, scanned_at=NOW - timedelta(days=29)), message(3, scanned_at=NOW - timedelta(days=40))
    )
    api.add(first, *rest)
    sheet(analyst, ids=first["id"])
    assert Selection.objects.latest("created_at").size == 2
    assert User.objects.exists()


def test_of_a_campaign_all_members_are_meant_and_what_came_since(analyst, reviews):
    made = [
        message(number, subject=f"Invoice {number} is overdue", edf_hash="e" * 32, htmltext_structure_hash="d" * 32)
        | {"final_disposition": "MALICIOUS"}
        for number in (2, 3, 4)
    ]
    reviews.add(*made, message(5, subject="Lunch on Monday"))
    kept()
    newest = message(1, subject="Invoice 3 is overdue", edf_hash="e" * 32, final_disposition="MALICIOUS")
    reviews.add(newest)
    reviews.requests.clear()
    answer = analyst.post(DEAL, {"ids": made[1]["id"], "next": "/campaigns/"})
    assert len(reviews.requests) <= 2
    selection = gathered()
    assert selection.label == "The campaign of “Invoice 3 is overdue”"
    assert set(selection.messages.values_list("investigate_id", flat=True)) == {one["id"] for one in (*made, newest)}
    page = analyst.get(answer["Location"]).content.decode()
    assert "Move 4 messages?" in page
    assert "Only the one message" in page


def test_a_group_that_is_mostly_judged_differently_is_not_taken_along(analyst, reviews):
    like = {"edf_hash": "e" * 32, "htmltext_structure_hash": "d" * 32}
    reviews.add(
        message(1, subject="The news of May", final_disposition="MALICIOUS", **(like | {"edf_hash": "f" * 32})),
        *(message(number, subject=f"The news of May {number}", **like) for number in range(2, 6)),
    )
    kept()
    first = reviews.messages[0]["id"]
    campaign = Campaign.objects.get()
    CampaignMessage.objects.filter(investigate_id=first).update(campaign=campaign)
    Campaign.objects.update(size=5, dispositions={"MALICIOUS": 1, "NONE": 4})
    sheet(analyst, ids=first)
    assert Selection.objects.latest("created_at").size == 1

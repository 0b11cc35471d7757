"""What an automation does once it is on: as an ordinary job, within the rights of whoever switched it on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboard.audit.actor import actor_for
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.people.services import people_ensure
from investigate.annotations.models import MessageAssignment, MessageTag
from investigate.automations.models import Automation, Firing, Notice
from investigate.automations.services import (
    MayNot,
    WrongMode,
    automation_edit,
    automation_switch_off,
    automation_switch_on,
)
from investigate.automations.shipped import SHIPPED, shipped_ensure
from investigate.automations.states import Mode, Run
from investigate.campaigns.models import Campaign, CampaignMessage
from tests.investigate.automations.conftest import PLAIN, letter, reported, run, writes
from tests.investigate.fake_api import held


def test_a_move_is_a_job_on_record_as_the_automations(make, api, ann):
    api.add(letter(1), letter(2), held(3, scanned_at=timezone.now() - timedelta(minutes=1)))
    automation = make(name="Spam away", on=True)
    run(automation)
    run(automation)
    job = Job.objects.get()
    assert (job.action, job.destination, job.size) == ("move", "JunkEmail", 2)
    assert (job.created_by, job.created_by_name) == (ann, "automation: Spam away")
    assert "switched on by ann" in job.reason
    entry = AuditEntry.objects.get(action="job_create")
    assert (entry.username, entry.user_id, entry.object_id) == ("automation: Spam away", None, str(job.pk))
    left = Firing.objects.get(state="left")
    assert "held" in left.why
    assert Firing.objects.filter(run=Run.REAL).count() == 3
    assert writes(api) == []  # The job's own worker writes.


def test_a_job_obeys_the_rules_of_approval_as_its_owners(make, api, settings):
    settings.GATEHOUSE_APPROVALS = {"move": 2}
    api.add(letter(1), letter(2))
    run(make(on=True))
    assert Job.objects.get().state == "awaiting"


def test_a_release_always_waits_for_a_second_person(make, api, settings):
    settings.GATEHOUSE_APPROVALS = {}
    api.add(held(1, scanned_at=timezone.now() - timedelta(minutes=1)), letter(2))
    run(make(act="release", destination="", on=True))
    job = Job.objects.get()
    assert (job.action, job.size, job.state) == ("release", 1, "awaiting")
    assert job.digest


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"act": "tag", "tag": "seen"}, MessageTag),
        ({"act": "assign"}, MessageAssignment),
        ({"act": "notify"}, Notice),
    ],
)
def test_what_the_console_keeps_is_written_once_and_in_the_trail(make, api, ann, values, kept):
    api.add(letter(1))
    automation = make(on=True, assignee=ann, destination="", **values)
    run(automation)
    run(automation)
    assert kept.objects.count() == 1
    actions = {"tag": "tag_add", "assign": "assign", "notify": "notice_put_up"}
    entry = AuditEntry.objects.get(action=actions[values["act"]])
    assert entry.username == "automation: A rule"


def test_all_copies_go_once_five_people_reported_one(make, api):
    copies = [letter(number, subject="Your parcel", edf_hash="a" * 64) for number in range(1, 9)]
    api.add(*copies, letter(20, subject="Your parcel"))
    automation = make(event="reported", reporters=5, scope="copies", verdicts=["MALICIOUS"], on=True)
    for number in range(4):
        reported(copies[number]["postfix_id"], f"p{number}@team.example", text_hash="a" * 64).save()
    reported(copies[5]["postfix_id"], "spam@team.example", text_hash="a" * 64, asked="SPAM").save()
    run(automation)
    assert not Job.objects.exists()
    reported(copies[4]["postfix_id"], "p4@team.example", text_hash="a" * 64).save()
    run(automation)
    job = Job.objects.get()
    assert job.size == 8
    assert "reported by p" in job.reason
    late = letter(30, subject="Your parcel", edf_hash="a" * 64)
    api.add(late)
    reported(late["postfix_id"], "p9@team.example", text_hash="a" * 64).save()
    run(automation)
    assert Job.objects.count() == 2
    assert [item.investigate_id for item in Job.objects.latest("created_at").items.all()] == [late["id"]]


def test_an_answer_of_the_wanted_verdict_acts(make, api):
    api.add(letter(1), letter(2))
    answered = timezone.now() - timedelta(minutes=1)
    for number, verdict in ((1, "MALICIOUS"), (2, "NONE")):
        row = reported(letter(number)["postfix_id"], f"p{number}", outcome_disposition=verdict, answered_at=answered)
        row.save()
    run(make(event="classified", verdicts=["MALICIOUS"], on=True))
    assert [item.seen.subject for item in Job.objects.get().items.all()] == ["Subject 1"]


def test_what_jobs_did_is_heard_but_not_what_automations_did(make, api, ann):
    api.add(letter(1), letter(2))
    ended = timezone.now() - timedelta(minutes=1)
    for number, name in ((1, "ann"), (2, "automation: Other")):
        job = Job.objects.create(
            action="release",
            created_by_name=name,
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            state="completed",
            finished_at=ended,
        )
        job.items.create(investigate_id=letter(number)["id"], state="done")
    for event in ("released", "job_ended"):
        run(make(name=event, event=event, act="tag", tag=event, destination="", on=True))
    assert sorted(MessageTag.objects.values_list("tag", flat=True)) == ["job_ended", "released"]


def test_what_joins_a_campaign_with_a_threat_is_acted_on(make, api):
    api.add(letter(1), letter(2), letter(3))
    here = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    now = timezone.now()
    joined = now - timedelta(minutes=5)
    times = {"first_at": now, "last_at": now, "grown_at": joined}
    for number, is_threat, at in ((1, True, joined), (2, False, joined), (3, True, now - timedelta(hours=3))):
        campaign = Campaign.objects.create(**here, key=str(number), is_threat=is_threat, size=number, **times)
        CampaignMessage.objects.create(
            **here,
            investigate_id=letter(number)["id"],
            scanned_at=now,
            seen_at=now,
            joined_at=at,
            campaign=campaign,
        )
    run(make(event="campaign", on=True))
    assert [item.seen.subject for item in Job.objects.get().items.all()] == ["Subject 1"]


def test_a_report_is_escalated_once_and_an_escalation_of_unknown_outcome_is_not_repeated(make, reviews, ann):
    reviews.add(letter(1), letter(2))
    automation = make(event="reported", act="escalate", destination="", disposition="MALICIOUS", on=True)
    reported(letter(1)["postfix_id"], "bo@team.example").save()
    run(automation)
    run(automation)
    assert [one["expected_disposition"] for one in reviews.asked] == ["MALICIOUS"]
    assert Firing.objects.get().state == "done"
    assert AuditEntry.objects.filter(action="reclassify", username="automation: A rule").count() == 2
    Firing.objects.update(state="sent")
    run(automation)
    assert len(reviews.asked) == 1
    assert Firing.objects.get().state == "unknown"


def test_whoever_may_not_do_it_may_not_switch_it_on(make, ann):
    automation = make(act="move")
    for role in ("read_only", "reviewer", "policy_admin"):
        other = people_ensure(username=f"a-{role}", password="long enough to be one", role=role)[0]
        with pytest.raises(MayNot):
            automation_switch_on(actor=actor_for(other), automation=automation, user=other)
    automation.refresh_from_db()
    assert automation.mode == Mode.WATCH


def test_an_owner_who_lost_the_right_stops_it(make, api, ann):
    automation = make(on=True)
    api.add(letter(1))
    ann.groups.set([Group.objects.get_or_create(name="reviewer")[0]])
    run(automation)
    assert not Job.objects.exists()
    assert automation.mode == Mode.STOPPED
    assert "may not do this any more" in automation.stopped_why
    assert AuditEntry.objects.filter(action="automation_stop", username="automation: A rule").count() == 1


def test_an_owner_whose_account_is_gone_stops_it(make, api, ann):
    automation = make(on=True)
    api.add(letter(1))
    ann.is_active = False
    ann.save()
    run(automation)
    assert (Job.objects.count(), automation.mode) == (0, Mode.STOPPED)


def test_an_edit_sets_it_back_to_watch(make, api, ann):
    automation = make(on=True)
    automation_edit(actor=actor_for(ann), automation=automation, values={**PLAIN, "destination": "DeletedItems"})
    api.add(letter(1))
    run(automation)
    assert (automation.mode, automation.owner, Job.objects.count()) == (Mode.WATCH, None, 0)
    assert AuditEntry.objects.get(action="automation_edit").detail["destination"] == "JunkEmail → DeletedItems"


def test_it_is_switched_on_only_from_watch(make, ann):
    automation = make()
    automation_switch_off(actor=actor_for(ann), automation=automation)
    with pytest.raises(WrongMode):
        automation_switch_on(actor=actor_for(ann), automation=automation, user=ann)


def test_three_are_shipped_off_and_stay_as_people_left_them(api, db):
    shipped_ensure()
    shipped_ensure()
    assert set(Automation.objects.values_list("kind", "mode")) == {(kind, "off") for kind in SHIPPED}
    Automation.objects.filter(kind="spam").update(query="disposition:bulk")
    shipped_ensure()
    assert Automation.objects.get(kind="spam").query == "disposition:bulk"
    api.add(letter(1, final_disposition="SPAM"))
    run()
    assert not Firing.objects.exists()
    assert api.requests == []

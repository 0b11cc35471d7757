"""The pages of automations and notices: who sees what, and what is said."""

import pytest

from dashboard.audit.models import AuditEntry
from investigate.automations.models import Automation, Firing, Notice
from investigate.automations.replaying import replays_run
from investigate.automations.states import Mode
from tests.investigate.automations.conftest import letter, run

FORM = {
    "name": "Spam away",
    "event": "judged",
    "query": "disposition:spam",
    "act": "move",
    "scope": "message",
    "destination": "JunkEmail",
    "per_hour": "10",
    "unattended": "20",
}


def test_it_is_made_watched_and_switched_on_by_an_analyst(analyst, api):
    page = analyst.post("/automations/new/", FORM, follow=True)
    assert "watches, and is replayed" in page.content.decode()
    automation = Automation.objects.get()
    assert (automation.mode, automation.per_hour, automation.unattended) == (Mode.WATCH, 10, 20)
    page = analyst.post(f"/automations/{automation.pk}/on/", follow=True).content.decode()
    assert "switched on by a-analyst" in page
    analyst.post(f"/automations/{automation.pk}/off/")
    actions = AuditEntry.objects.filter(object_kind="automation").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["automation_create", "automation_on", "automation_off"]


def test_switching_on_asks_for_the_password_again(analyst, make, settings):
    automation = make()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = analyst.post(f"/automations/{automation.pk}/on/")
    assert "reauthenticate" in answer["Location"]
    automation.refresh_from_db()
    assert automation.mode == Mode.WATCH


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"destination": ""}, "Choose the folder"),
        ({"act": "tag", "tag": "two words"}, "A tag is one word"),
        ({"act": "escalate", "disposition": "MALICIOUS"}, "Only a user&#x27;s report"),
        ({"per_hour": "0"}, "greater than or equal to 1"),
        ({"unattended": "99999999"}, "less than or equal to"),
        ({"act": "assign", "assignee": "nobody-there"}, "not one of the available choices"),
    ],
)
def test_bad_input_is_said_and_kept(analyst, changes, said):
    page = analyst.post("/automations/new/", FORM | changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert 'value="Spam away"' in page.content.decode()
    assert not Automation.objects.exists()


def test_two_of_one_name_are_refused(analyst, make):
    make(name="Spam away")
    assert "Another automation has this name" in analyst.post("/automations/new/", FORM).content.decode()


def test_what_a_sender_writes_is_shown_as_text(analyst, make, api):
    api.add(letter(1, subject="<script>alert(1)</script>\u202egpj.exe", **{"from": '"><img src=x>@x.example'}))
    automation = make()
    run()
    page = analyst.get(f"/automations/{automation.pk}/").content.decode()
    assert "Would act" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_a_stopped_automation_says_why_and_is_counted(analyst, make, api):
    api.add(letter(1), letter(2))
    automation = make(unattended=1, on=True)
    run()
    page = analyst.get(f"/automations/{automation.pk}/").content.decode()
    assert "It stopped itself." in page
    assert "Resume from now on" in page
    assert '1<span class="visually-hidden"> stopped' in analyst.get("/automations/").content.decode()
    analyst.post(f"/automations/{automation.pk}/resume/", {"skip": "1"})
    automation.refresh_from_db()
    assert (automation.mode, automation.owner_name) == (Mode.ON, "a-analyst")


def test_pages_of_fifty_lead_to_older_ones(analyst, make, api):
    automation = make()
    Firing.objects.bulk_create(
        Firing(automation=automation, run="watch", message_id=f"m{number}", state="would") for number in range(51)
    )
    first = analyst.get(f"/automations/{automation.pk}/")
    assert len(first.context["page"].rows) == 50
    older = analyst.get(f"/automations/{automation.pk}/?show=watch&before={first.context['page'].older}")
    assert [one.message_id for one in older.context["page"].rows] == ["m0"]
    assert analyst.get(f"/automations/{automation.pk}/?before=abc&show=nonsense").status_code == 200


def test_a_replay_says_what_it_would_have_done_and_how_complete_it_is(analyst, make, api):
    api.add(letter(1))
    automation = make()
    page = analyst.get(f"/automations/{automation.pk}/?show=replay").content.decode()
    assert "under way" in page
    replays_run()
    page = analyst.get(f"/automations/{automation.pk}/?show=replay").content.decode()
    assert "Would have acted on 1 message from" in page


def test_a_notice_is_for_its_person_and_ticked_once(analyst, browse, make, ann):
    automation = make()
    mine = Notice.objects.create(automation=automation, person=ann, text="For Ann")
    for_all = Notice.objects.create(automation=automation, text="For everybody")
    page = analyst.get("/notices/").content.decode()
    assert "For everybody" in page
    assert "For Ann" not in page
    assert analyst.post(f"/notices/{mine.pk}/done/").status_code == 404
    browse("reviewer").post(f"/notices/{for_all.pk}/done/")
    for_all.refresh_from_db()
    assert for_all.done_by_name == "a-reviewer"
    assert analyst.post(f"/notices/{for_all.pk}/done/").status_code == 404
    assert "Ticked by a-reviewer" in analyst.get("/notices/?done=1").content.decode()
    assert AuditEntry.objects.filter(action="notice_done").count() == 1


def test_what_is_shipped_or_runs_is_not_deleted(analyst, make):
    automation = make()
    analyst.post(f"/automations/{automation.pk}/delete/")
    assert Automation.objects.exists()
    analyst.post(f"/automations/{automation.pk}/off/")
    Automation.objects.update(kind="spam")
    analyst.post(f"/automations/{automation.pk}/delete/")
    assert Automation.objects.exists()
    Automation.objects.update(kind="")
    analyst.post(f"/automations/{automation.pk}/delete/")
    assert not Automation.objects.exists()
    assert AuditEntry.objects.filter(action="automation_delete").count() == 1


def test_an_automation_of_another_backend_is_not_there(analyst, make):
    automation = make()
    Automation.objects.update(backend="another")
    for path in ("", "edit/"):
        assert analyst.get(f"/automations/{automation.pk}/{path}").status_code == 404


def test_who_only_reads_sees_them_and_changes_nothing(browse, make):
    automation = make()
    reader = browse("read_only")
    page = reader.get(f"/automations/{automation.pk}/").content.decode()
    assert "Switch on" not in page
    for path in ("on", "off", "watch", "resume", "replay", "delete", "edit"):
        assert reader.post(f"/automations/{automation.pk}/{path}/").status_code == 403
    assert browse("reviewer").get("/automations/").status_code == 403

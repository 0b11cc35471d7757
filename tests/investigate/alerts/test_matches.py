"""New matches of a saved search are told once, together, never more than once an hour."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from investigate.alerts.models import Alert, Finding
from investigate.alerts.running import KEPT_AT_MOST
from investigate.search.saved.models import SavedSearch
from tests.investigate.alerts.conftest import letter, pass_time, run
from tests.investigate.fake_api import refusal

pytestmark = pytest.mark.django_db


def spam(number, **fields):
    return letter(number, final_disposition="SPAM", **fields)


def test_new_matches_are_counted_in_one_mail_and_told_once(make, api):
    make()
    api.messages = [spam(1), spam(2), letter(3)]
    (entry,) = run()
    assert (entry.channel, entry.destination) == ("mail", "analyst@acme.example")
    assert entry.payload["subject"] == "New matches: 2 – Held spam"
    assert "Subject 1" in entry.payload["text"]
    assert "Subject 3" not in entry.payload["text"]
    pass_time(timedelta(hours=2))
    assert run() == []


def test_within_an_hour_it_waits_and_then_tells_all_that_came(make, api):
    make()
    api.messages = [spam(1)]
    assert len(run()) == 1
    api.messages += [spam(2), spam(3)]
    pass_time(timedelta(minutes=50))
    assert run() == []
    api.messages += [spam(4)]
    pass_time(timedelta(minutes=11))
    (entry,) = run()
    assert entry.payload["subject"].startswith("New matches: 3")


def test_mail_from_before_the_alert_is_not_told(make, api):
    alert = make()
    api.messages = [spam(1)]
    now = Alert.objects.get(pk=alert.pk).made_at.isoformat()
    Alert.objects.filter(pk=alert.pk).update(cursor={"from": now, "since": now})
    assert run() == []


def test_hostile_subjects_are_one_line_without_links_or_markup(make, api):
    make()
    api.messages = [spam(1, subject="<b>x</b>\r\nBcc: a@evil.example https://evil.example/\u202egpj")]
    (entry,) = run()
    assert "<b>" not in entry.payload["html"]
    assert "https://evil" not in entry.payload["html"] + entry.payload["text"]
    assert "hxxps://evil[.]example" in entry.payload["text"]
    assert "\u202e" not in entry.payload["text"]


def test_a_flood_is_counted_and_not_kept(make, api):
    alert = make()
    Finding.objects.bulk_create(
        Finding(alert=alert, thing="search", key=f"k{n}", title="t", path="/", found_at=alert.made_at)
        for n in range(KEPT_AT_MOST - 1)
    )
    api.messages = [spam(number) for number in range(1, 11)]
    (entry,) = run()
    assert entry.payload["subject"].startswith(f"New matches: {KEPT_AT_MOST + 9}")
    assert Finding.objects.count() == KEPT_AT_MOST
    assert Alert.objects.get().left_out == 0


def test_whoever_left_gets_nothing(make, api):
    make()
    User.objects.filter(username="a-analyst").update(is_active=False)
    api.messages = [spam(1)]
    assert run() == []


def test_a_failed_look_is_said_and_nothing_is_lost(make, api, browse):
    alert = make()
    api.messages = [spam(1)]
    api.broken["GET "] = refusal(403, "Not allowed.")
    assert run() == []
    alert.refresh_from_db()
    assert alert.error
    assert "Can’t look" in browse("analyst").get("/alerts/").content.decode()
    api.broken.clear()
    assert len(run()) == 1
    alert.refresh_from_db()
    assert alert.error == ""


def test_a_search_that_looks_back_can_not_be_watched(browse, api, saved):
    client = browse("analyst")
    User.objects.update(email="analyst@acme.example")
    SavedSearch.objects.filter(pk=saved.pk).update(query="query=%28last%3A3d+OR+from%3Aa%40b.example%29")
    page = client.post("/alerts/new/", {"kind": "matches", "saved": str(saved.pk)}).content.decode()
    assert "Leave out before:, after: and last:" in page
    assert not Alert.objects.exists()


def test_off_it_looks_at_nothing_and_on_again_it_begins_anew(make, api, browse):
    alert = make()
    client = browse("analyst")
    client.post(f"/alerts/{alert.pk}/off/")
    api.messages = [spam(1)]
    assert run() == []
    client.post(f"/alerts/{alert.pk}/on/")
    assert run() == []

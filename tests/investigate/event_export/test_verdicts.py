"""Alerts: each verdict of a message is told once, when it is new and when it changes."""

import json
from datetime import timedelta

import httpx
from django.utils import timezone

from investigate.event_export.models import Event, Source, ToldVerdict, Unread
from investigate.event_export.states import Kind, Place
from tests.investigate.event_export.conftest import find, letter
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.fake_api import detections, held, refusal


def alerts() -> list[dict]:
    """Return the fields of the alerts that were found, oldest first, after their lines have passed the checker."""
    rows = list(Event.objects.filter(kind=Kind.ALERTS))
    assert [fault for row in rows for fault in faults_of(row.line, row.kind)] == []
    return [json.loads(row.line) for row in rows]


def verdicts() -> list[str]:
    return [one["FinalDisposition"] for one in alerts()]


def calls_for(api, part: str) -> int:
    return sum(one.url.path.endswith(part) for one in api.requests)


def test_a_message_with_a_verdict_is_told_once(api, destination):
    api.add(letter(1), letter(2, final_disposition="NONE", is_quarantined=False))
    find()
    find()
    assert verdicts() == ["malicious"]
    assert calls_for(api, "/detections") == 1
    assert Event.objects.get(kind=Kind.ALERTS).message_id == api.messages[0]["id"]


def test_mail_from_before_anybody_asked_is_not_told(api, destination, since):
    api.add(held(1, scanned_at=since - timedelta(minutes=5)))
    find()
    assert alerts() == []
    assert ToldVerdict.objects.get().changes == 0


def test_a_changed_verdict_is_told_with_the_same_alert_id(api, destination):
    api.add(letter(1, final_disposition="SUSPICIOUS"))
    find()
    api.messages[0]["final_disposition"] = "MALICIOUS"
    find()
    found = alerts()
    assert [one["FinalDisposition"] for one in found] == ["suspicious", "malicious"]
    assert found[0]["AlertID"] == found[1]["AlertID"] == api.messages[0]["id"].rpartition("-")[0]


def test_a_lifted_verdict_is_told_as_unset(api, destination):
    api.add(letter(1))
    find()
    api.messages[0]["final_disposition"] = "NONE"
    find()
    assert verdicts() == ["malicious", "unset"]


def test_a_threat_found_after_delivery_in_old_mail_is_told(api, destination, since):
    api.add(held(1, scanned_at=since - timedelta(days=3), final_disposition="NONE", is_quarantined=False))
    find()
    api.messages[0]["final_disposition"] = "MALICIOUS"
    find()
    assert verdicts() == ["malicious"]


def test_a_message_that_is_gone_is_no_change(api, destination):
    api.add(letter(1))
    find()
    api.messages.clear()
    find()
    assert verdicts() == ["malicious"]


def test_a_verdict_without_details_is_told_with_empty_fields(api, destination):
    api.add(letter(1))
    api.broken["GET detections"] = refusal(404, "No detection.")
    find()
    assert alerts()[0]["Links"] == []


def test_a_message_that_cant_be_read_is_kept_and_told_later(api, destination):
    api.add(letter(1), letter(2))
    api.broken[f"GET {api.messages[0]['id']}/detections"] = refusal(400, "Broken.")
    api.broken[f"GET {api.messages[0]['id']}/detections"] = httpx.Response(200, content=b"no json")
    find()
    assert len(alerts()) == 1
    row = Unread.objects.get()
    assert row.reference == api.messages[0]["id"]
    assert row.why
    api.broken.clear()
    find()
    assert len(alerts()) == 1, "it is not time yet"
    Unread.objects.update(next_at=timezone.now())
    find()
    assert len(alerts()) == 2
    assert not Unread.objects.exists()


def test_after_the_last_try_the_line_goes_without_what_cant_be_read(api, destination):
    api.add(letter(1))
    api.broken["GET detections"] = httpx.Response(200, content=b"no json")
    find()
    Unread.objects.update(next_at=timezone.now(), tries=10)
    find()
    assert verdicts() == ["malicious"]
    assert Unread.objects.get().given_up_at


def test_a_limit_of_calls_stops_the_look_and_keeps_what_was_told(api, destination, monkeypatch):
    api.add(*(letter(number) for number in range(1, 6)))
    third = api.messages[2]["id"]
    api.broken[f"GET {third}/detections"] = refusal(429, "Too many.", headers={"Retry-After": "120"})
    find()
    source = Source.objects.get(place=Place.VERDICTS)
    assert len(alerts()) == 2
    assert source.error
    assert source.not_before is not None
    assert source.read_until is None, "nothing says that all was found"
    api.broken.clear()
    find()
    assert len(alerts()) == 5
    assert calls_for(api, f"{api.messages[0]['id']}/detections") == 1, "what was told is not read again"


def test_pages_of_a_walk_are_all_told(api, destination):
    api.add(*(letter(number) for number in range(1, 251)))
    find()
    assert len(alerts()) == 250
    assert Source.objects.get(place=Place.VERDICTS).read_until is not None


def test_a_users_report_is_no_detection(api, destination):
    api.add(letter(1, is_phish_submission=True))
    find()
    assert alerts() == []


def test_what_nobody_wants_is_not_asked_for(api, destination):
    destination.kinds = [Kind.AUDIT]
    destination.save()
    api.add(letter(1))
    find()
    assert api.requests == []


def test_numbers_are_without_gaps(api, destination):
    api.add(*(letter(number) for number in range(1, 30)))
    find()
    rows = list(Event.objects.values_list("number", flat=True))
    assert rows == list(range(1, len(rows) + 1))


def test_details_reach_the_line(api, destination):
    api.add(letter(1))
    api.details[api.messages[0]["id"]] = detections(links=[{"href": "https://x.example/"}])
    find()
    assert alerts()[0]["Links"] == ["https://x.example/"]

"""Searching: what is asked of the API, and what the list shows of its answer."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tests.investigate.console import ROLES, htmx
from tests.investigate.fake_api import held, message, refusal


def asked(api):
    return api.requests[-1].url.params


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.mark.parametrize("role", ROLES)
def test_everyone_with_a_role_sees_the_list(browse, api, role):
    api.add(message(1, subject="Minutes of Tuesday"))
    response = browse(role).get("/investigate/")
    assert response.status_code == 200
    assert "Minutes of Tuesday" in text(response)


def test_a_stranger_is_sent_to_sign_in_and_comes_back(browse, api):
    response = browse("anonymous").get("/investigate/?query=invoice")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/investigate/%3Fquery%3Dinvoice"
    assert not api.requests


def test_the_page_takes_one_call_to_the_api(analyst, api):
    api.add(*[message(number) for number in range(1, 60)])
    analyst.get("/investigate/")
    assert len(api.requests) == 1


def test_without_filters_all_mail_of_thirty_days_is_asked_for(analyst, api):
    analyst.get("/investigate/")
    assert asked(api)["detections_only"] == "false"
    start, end = (datetime.fromisoformat(asked(api)[name]) for name in ("start", "end"))
    assert end - start == timedelta(days=30)
    assert abs(end - datetime.now(UTC)) < timedelta(minutes=1)
    assert asked(api)["per_page"] == "50"


def test_every_filter_reaches_the_api(analyst, api):
    analyst.get(
        "/investigate/?query=pay+now&sender=acme.example&recipient=anna@team.example&subject=invoice&domain=evil.example"
        "&message_id=%3C1@x%3E&disposition=SPAM&disposition=BULK&status=quarantined&action=MOVED&detections_only=on"
        "&range=7d"
    )
    params = asked(api)
    assert params["query"] == "pay now"
    assert params["sender"] == "acme.example"
    assert params["recipient"] == "anna@team.example"
    assert params["subject"] == "invoice"
    assert params["domain"] == "evil.example"
    assert params["message_id"] == "<1@x>"
    assert params.get_list("final_disposition") == ["SPAM", "BULK"]
    assert params["delivery_status"] == "quarantined"
    assert params["message_action"] == "MOVED"
    assert params["detections_only"] == "true"
    start, end = (datetime.fromisoformat(params[name]) for name in ("start", "end"))
    assert end - start == timedelta(days=7)


def test_times_without_offset_are_in_the_viewers_zone_and_get_one_in_the_address(analyst, api):
    analyst.cookies["gatehouse_zone"] = "Asia/Kolkata"
    response = analyst.get("/investigate/?range=custom&start=2026-03-01T08:00&end=2026-03-02T08:00&query=")
    assert response.status_code == 302
    assert response["Location"] == ("/investigate/?start=2026-03-01T08:00%2B05:30&end=2026-03-02T08:00%2B05:30")
    page = analyst.get(response["Location"])
    assert page.status_code == 200
    assert asked(api)["start"].startswith("2026-03-01T02:30:00")
    filters = analyst.get(response["Location"].replace("/investigate/", "/investigate/fields/"))
    assert 'value="2026-03-01T08:00"' in text(filters)


def test_an_address_with_offsets_means_the_same_in_every_zone(analyst, api):
    analyst.cookies["gatehouse_zone"] = "America/New_York"
    analyst.get("/investigate/?start=2026-03-01T08:00%2B05:30&end=2026-03-02T08:00%2B05:30")
    assert asked(api)["start"].startswith("2026-03-01T02:30:00")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("start=2026-03-02T00:00Z&end=2026-03-01T00:00Z", "The range ends before it starts."),
        ("start=yesterday", "Enter a valid date/time."),
        ("disposition=EVIL", "Select a valid choice."),
        ("range=1000y", "Select a valid choice."),
        ("query=" + "x" * 1001, "at most 1000 characters"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_without_asking_the_api(analyst, api, query, said):
    response = analyst.get(f"/investigate/?{query}")
    assert response.status_code == 422
    assert said in text(response)
    assert not api.requests


def test_the_list_pages_by_cursor_in_both_directions(analyst, api):
    api.add(*[message(number) for number in range(1, 121)])
    first = analyst.get("/investigate/?sender=other.example")
    assert 'href="/investigate/?sender=other.example&cursor=50"' in text(first)
    second = analyst.get("/investigate/?sender=other.example&cursor=50")
    assert asked(api)["cursor"] == "50"
    assert "Subject 51" in text(second)
    assert "Subject 50<" not in text(second)
    assert 'href="/investigate/?sender=other.example&cursor=100"' in text(second)
    assert 'href="/investigate/?sender=other.example&cursor=0"' in text(second)
    assert 'href="/investigate/?sender=other.example"' in text(second)


def test_a_filter_that_is_set_can_be_taken_out(analyst, api):
    response = analyst.get("/investigate/?disposition=SPAM&disposition=BULK&sender=acme.example")
    assert 'href="/investigate/?disposition=SPAM&disposition=BULK"' in text(response)
    assert 'href="/investigate/?sender=acme.example&disposition=BULK"' in text(response)


def test_the_quick_view_that_is_shown_says_so(analyst, api):
    page = text(analyst.get("/investigate/?status=quarantined"))
    assert '<a class="view" href="/investigate/?status=quarantined" aria-current="page">Held</a>' in page
    assert page.count('class="view"') > page.count('aria-current="page">Held')


def test_a_row_says_what_the_message_is_and_where(analyst, api):
    api.add(
        held(1, client_recipients=["anna@team.example", "bo@team.example", "cy@team.example"]),
        message(2, final_disposition="SUSPICIOUS", delivery_status=["delivered"], post_delivery_operations=["MOVE"]),
        message(3, final_disposition="SPOOF", post_delivery_operations=["QUARANTINE_RELEASE"]),
        message(4, final_disposition="SOMETHING_NEW", delivery_status=None, subject=None, from_name=None),
    )
    page = text(analyst.get("/investigate/"))
    for words in (
        'verdict-malicious">Malicious<',
        'verdict-suspicious">Suspicious<',
        'verdict-spoof">Spoof<',
        'verdict-other">Something new<',
    ):
        assert words in page
    for state in (">held<", ">moved<", ">released<", ">unknown<"):
        assert state in page
    assert "+2<" in page
    assert "No subject" in page


def test_a_reviewer_gets_no_checkboxes_and_no_actions(browse, api):
    api.add(held(1))
    page = text(browse("reviewer").get("/investigate/"))
    assert 'name="ids"' not in page
    assert 'value="release"' not in page
    assert "/jobs/" not in page.replace('action="/jobs/confirm/"', "")


def test_nothing_found_says_what_to_do(analyst, api):
    page = text(analyst.get("/investigate/?query=nothinglikethis"))
    assert "Nothing matches" in page
    assert 'href="/investigate/?query=nothinglikethis&range=90d"' in page


def test_htmx_gets_the_list_alone_and_the_address_to_show(analyst, api):
    api.add(message(1))
    response = analyst.get("/investigate/?query=subject&sender=&range=30d", headers=htmx())
    assert response.status_code == 200
    assert text(response).lstrip().startswith('<div id="results"')
    assert response["HX-Push-Url"] == "/investigate/?query=subject"


def test_the_open_message_stays_in_the_address_while_the_list_changes(analyst, api):
    api.add(message(1))
    shown = api.messages[0]["id"]
    response = analyst.get("/investigate/?query=subject", headers=htmx(f"/investigate/?message={shown}&tab=trace"))
    assert response["HX-Push-Url"] == f"/investigate/?query=subject&message={shown}&tab=trace"


def test_going_back_gets_a_whole_page(analyst, api):
    response = analyst.get("/investigate/", headers=htmx() | {"HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in text(response)


def test_a_search_that_failed_keeps_the_form_and_can_be_tried_again(analyst, api):
    api.broken["GET "] = refusal(503, "Down for maintenance.")
    response = analyst.get("/investigate/?query=invoice")
    assert response.status_code == 502
    assert "Down for maintenance." in text(response)
    assert 'value="invoice"' in text(response)
    assert 'href="/investigate/?query=invoice"' in text(response)


def test_asking_for_two_times_opens_the_fields_to_write_them_in(analyst, api):
    page = text(analyst.get("/investigate/?range=custom"))
    assert '<details class="search-filters" open>' in page
    assert 'value="custom" selected' in page
    assert '<details class="search-filters">' in text(analyst.get("/investigate/"))


def test_two_times_that_are_there_leave_the_room_to_the_messages(analyst, api):
    page = text(analyst.get("/investigate/?start=2026-11-13T18:00:00Z&end=2026-11-20T14:41:00Z", follow=True))
    assert 'value="custom" selected' in page
    assert '<details class="search-filters">' in page

"""Looking at one message: its tabs, beside the list and on its own page."""

import re
from html import unescape
from urllib.parse import quote

import httpx
import pytest
from django.urls import reverse

from dashboard.audit.models import AuditEntry
from investigate.search.rows import _segment
from tests.investigate.console import htmx
from tests.investigate.fake_api import NOW, detections, held, message, refusal


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def letter(api):
    made = held(
        1,
        subject="Invoice 4471",
        replyto="other@freemail.example",
        envelope_from="bounce@mailer.example",
        smtp_previous_hop_ip="192.0.2.9",
        properties={"blocklisted_message": True, "blocklisted_pattern": "mailer.example"},
    )
    api.add(made)
    return made


def url(letter, tab: str = "") -> str:
    return f"/investigate/messages/{letter['id']}/{tab}"


@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
@pytest.mark.parametrize(
    "tab", ["", "preview/", "detections/", "headers/", "links/", "attachments/", "trace/", "activity/"]
)
def test_every_role_opens_the_tabs_that_show_no_source(browse, letter, api, role, tab):
    response = browse(role).get(url(letter, tab))
    assert response.status_code == 200
    assert "Invoice 4471" in text(response)
    assert len(api.requests) <= 2


@pytest.mark.parametrize(("role", "status"), [("anonymous", 302), ("reviewer", 403), ("analyst", 200), ("admin", 200)])
def test_the_source_is_for_analysts(browse, letter, role, status):
    assert browse(role).get(url(letter, "raw/")).status_code == status


def test_a_reviewer_finds_no_way_to_the_source(browse, letter):
    page = text(browse("reviewer").get(url(letter)))
    assert "/raw" not in page
    assert browse("reviewer").get(f"/investigate/?message={letter['id']}&tab=raw").status_code == 403
    assert AuditEntry.objects.filter(action="refused", object_id=letter["id"]).exists()


def test_the_summary_says_why_and_what_does_not_fit(analyst, letter):
    page = text(analyst.get(url(letter)))
    assert "It is held in quarantine; nobody has received it." in page
    assert "The domain looks like team[.]example." in page
    assert "of another domain than the sender that the reader sees" in page
    assert "answers go elsewhere" in page
    assert "A blocked sender matched: mailer.example." in page
    assert "Neither SPF nor DKIM speaks for the domain that the reader sees as sender." in page
    assert 'href="/investigate/?ip=192.0.2.9"' in page
    assert "Nobody has acted on it yet." in page


def test_the_summary_tells_what_happened_since(analyst, letter, api):
    api.logs[letter["id"]] = [
        {"operation": "MOVE", "completed_at": "2026-03-01T10:00:00Z", "success": False, "properties": {"folder": "X"}},
        {"operation": "SOMETHING_NEW", "completed_at": None, "started_at": None, "success": None, "properties": None},
    ]
    page = text(analyst.get(url(letter)))
    assert "Moved to X" in page
    assert "failed" in page
    assert "SOMETHING_NEW" in page


def test_a_held_message_can_be_released_and_a_delivered_one_moved(analyst, letter, api):
    api.add(message(2))
    assert 'value="release"' in text(analyst.get(url(letter)))
    assert 'value="move"' not in text(analyst.get(url(letter)))
    delivered = text(analyst.get(url(api.messages[1])))
    assert 'value="move"' in delivered
    assert 'value="release"' not in delivered


def test_a_clean_message_without_detections_says_so_instead_of_failing(analyst, api):
    api.add(message(1))
    for tab, words in [("detections/", "Nothing was found"), ("headers/", "No headers to show")]:
        response = analyst.get(url(api.messages[0], tab))
        assert response.status_code == 200
        assert words in text(response)


def test_links_are_shown_broken_and_lead_only_to_searches(analyst, letter, api):
    api.details[letter["id"]] = detections(
        links=[
            {"href": "https://user@evil.example/x?y=1", "text": "https://good.example"},
            {"href": "http://[broken", "text": None},
            {"href": "javascript:alert(1)", "text": "Click"},
        ],
        attachments=[{"size": 4, "filename": "a.exe", "sha256": "ab" * 32, "detection": "MALICIOUS"}],
        findings=[{"reason": "Look-alike", "value": "https://evil.example/x", "detection": "MALICIOUS", "score": 0.5}],
        threat_categories=[{"name": "Phishing", "description": "See http://evil.example"}],
    )
    page = "".join(text(analyst.get(url(letter, f"{tab}/"))) for tab in ("detections", "links", "attachments"))
    assert "hxxps://user@evil[.]example/x?y=1" in page
    assert "https://evil.example" not in page
    assert "http://evil.example" not in page
    assert 'href="/investigate/?domain=evil.example"' in page
    assert 'href="javascript:' not in page
    assert f'href="/investigate/?hash={"ab" * 32}"' in page


def test_the_trace_is_one_line_of_time_in_both_directions(analyst, letter, api):
    def line(number, second, words):
        return {"lineno": number, "logged_at": f"2026-03-01T10:00:{second:02}Z", "message": words}

    api.traces[letter["id"]] = {
        "inbound": {"lines": [line(2, 5, "second"), line(1, 1, "first")], "pending": False},
        "outbound": {"lines": [line(1, 3, "between"), {"message": "timeless"}], "pending": True},
    }
    page = text(analyst.get(url(letter, "trace/")))
    assert page.index("first") < page.index("between") < page.index("second")
    assert "timeless" in page
    assert "+2.0 s" in page
    assert "More lines are on their way" in page


def test_a_tab_that_fails_leaves_the_message_standing(analyst, letter, api):
    api.broken["GET trace"] = refusal(429, "Slow down.", {"Retry-After": "40"})
    response = analyst.get(url(letter, "trace/"))
    assert response.status_code == 429
    assert "Invoice 4471" in text(response)
    assert "Wait 40 seconds" in text(response)


def test_a_message_that_is_not_there_is_a_404(analyst, api):
    response = analyst.get("/investigate/messages/nothing/")
    assert response.status_code == 404
    assert "The API knows nothing under this address" in text(response)


def test_a_tab_that_is_not_there_is_a_404(analyst, letter):
    assert analyst.get(url(letter, "nonsense/")).status_code == 404


def test_beside_the_list_it_takes_no_call_for_the_message_itself(analyst, letter, api):
    page = text(analyst.get(f"/investigate/?message={letter['id']}&tab=trace"))
    assert [request.url.path.rsplit("/", 1)[1] for request in api.requests] == ["investigate", "trace"]
    assert 'id="results"' in page
    assert "No trace yet" in page
    assert f'href="/investigate/?message={letter["id"]}&tab=preview"' in page


def test_one_that_is_not_in_the_list_opens_beside_it_all_the_same(analyst, letter):
    page = text(analyst.get(f"/investigate/?query=nothinglikethis&message={letter['id']}"))
    assert "Nothing matches" in page
    assert "Invoice 4471" in page


def test_one_that_can_not_be_had_leaves_the_list_standing(analyst, letter):
    response = analyst.get("/investigate/?message=nothing")
    assert response.status_code == 404
    assert "Invoice 4471" in text(response)
    assert "Not there" in text(response)


def test_htmx_gets_the_pane_alone_and_the_address_beside_the_list(analyst, letter):
    response = analyst.get(url(letter, "headers/"), headers=htmx("/investigate/?sender=acme.example&cursor=50"))
    assert "<!doctype" not in text(response)
    assert '<article class="mail"' in text(response)
    assert response["HX-Push-Url"] == f"/investigate/?sender=acme.example&cursor=50&message={letter['id']}&tab=headers"


def test_on_its_own_page_a_tab_keeps_to_that_page(analyst, letter):
    response = analyst.get(url(letter, "headers/"), headers=htmx(url(letter)))
    assert response["HX-Push-Url"] == url(letter, "headers/")


def test_a_fragment_for_somebody_signed_out_leads_the_whole_page_to_sign_in(browse, letter):
    response = browse("anonymous").get(url(letter), headers=htmx("/investigate/?query=x"))
    assert response["HX-Redirect"] == "/accounts/login/?next=/investigate/%3Fquery%3Dx"


def test_times_are_in_the_viewers_zone_with_utc_at_hand(analyst, api):
    api.add(message(1, scanned_at=NOW.replace(year=2025, month=1, day=5, hour=20, minute=30, second=0)))
    analyst.cookies["gatehouse_browser_zone"] = "Asia/Tokyo"
    page = text(analyst.get("/investigate/messages/" + api.messages[0]["id"] + "/"))
    assert "6 Jan 2025, 05:30:00 JST" in page
    assert 'datetime="2025-01-05T20:30:00Z"' in page
    assert "2025-01-05 20:30:00 UTC" in page


@pytest.mark.parametrize("odd", ["a/b", "..", "%2F", "a?b", "a b", "ä:ö", "x" * 255])
def test_ids_are_opaque(analyst, api, odd):
    api.add(message(1, id=odd, subject="Odd id"))
    page = analyst.get("/investigate/")
    assert page.status_code == 200
    assert f'href="?message={quote(odd, safe=":")}"' in page.content.decode()
    client_path = httpx.URL("http://testserver" + reverse("investigate:message", args=[odd])).raw_path.decode()
    response = analyst.get(client_path)
    assert response.status_code in {200, 404}
    if odd not in {"..", "a/b"}:
        assert "Odd id" in text(response)


@pytest.mark.parametrize(
    ("envelope", "is_odd"),
    [("bounce+1@other.example", False), ("b@mail.other.example", False), ("b@another.example", True), ("", False)],
)
def test_only_an_envelope_of_another_domain_is_odd(analyst, api, envelope, is_odd):
    api.add(message(1, envelope_from=envelope))
    page = text(analyst.get(url(api.messages[0])))
    assert ("of another domain" in page) == is_odd


def test_a_value_that_leads_on_shows_itself_wherever_the_message_is_open(analyst, letter, api):
    api.details[letter["id"]] = detections(attachments=[{"size": 4, "filename": "a.exe", "sha256": "ab" * 32}])
    for address in (url(letter, "attachments/"), f"/investigate/?message={letter['id']}&tab=attachments"):
        assert f"<bdi>{'ab' * 32}</bdi></a>" in text(analyst.get(address))


def test_what_people_reported_opens_with_all_its_tabs(analyst, api):
    api.add(held(1, is_phish_submission=True, subject="Is this real?"), held(2))
    page = text(analyst.get("/investigate/?reported=on"))
    assert "Is this real?" in page
    assert "Subject 2" not in page
    assert "<tr class=message-row data-report>" in page
    opens = url(api.messages[0]) + "?report=1"
    beside = htmx("/investigate/?reported=on")
    pane = text(analyst.get(opens, headers=beside))
    for tab in re.findall(r'class="tab" href="[^"]+" hx-get="([^"]+)"', pane):
        answer = analyst.get(tab, headers=beside)
        assert answer.status_code == 200, tab
        assert "Is this real?" in text(answer)
    key = api.messages[0]["id"]
    assert analyst.get(f"/investigate/?reported=on&message={key}&tab=raw").status_code == 200
    assert analyst.get(f"/investigate/messages/{key}/preview.png?report=1").status_code == 200
    assert analyst.get(f"/investigate/messages/{key}/raw.zip?report=1").status_code == 200


@pytest.mark.parametrize("odd", ["a/b", "..", "a b", "ä?&=", "100%", "x:y@z", "a'b\"c<d>"])
def test_a_row_names_the_messages_own_page_as_the_urls_do(odd):
    assert f"/investigate/messages/{_segment(odd)}/" == reverse("investigate:message", args=[odd])

"""The bar's language on the page: one address for bar and form, errors in place, and how far the page looked."""

import re
from html import unescape

import pytest

from tests.investigate.console import htmx
from tests.investigate.fake_api import detections, held, message, refusal


def text(response) -> str:
    return unescape(response.content.decode())


def subjects(page: str) -> list[str]:
    return re.findall(r"<bdi>(Subject \d+)</bdi></a>", page)


def step_of(page: str) -> str:
    found = re.search(r'hx-get="(/investigate/further/[^"]+)"', page)
    return found.group(1) if found else ""


def all_steps(analyst, address: str) -> str:
    """Open a search and follow its steps as a browser does; return all that was sent."""
    page = text(analyst.get(address))
    while step := step_of(page.rpartition('id="search-progress"')[2]):
        page += text(analyst.get(step, headers=htmx()))
    return page


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("invoice", "/investigate/?query=invoice"),
        ("from:a.example disposition:spam,bulk", "/investigate/?sender=a.example&disposition=SPAM&disposition=BULK"),
        ("status:held last:7d pay", "/investigate/?query=pay&status=quarantined&range=7d"),
        ("last:3d", "/investigate/?range=3d"),
        ("from:a OR from:b", "/investigate/?query=from:a%20OR%20from:b"),
        ("has:attachment is:detected", "/investigate/?has=attachment&detections_only=on"),
        ("after:2026-03-01", "/investigate/?start=2026-03-01T00:00%2B01:00"),
        ("spam OR after:2026-03-01", "/investigate/?query=spam%20OR%20after:2026-03-01T00:00%2B01:00"),
    ],
)
def test_bar_and_form_write_the_same_address(analyst, api, typed, address):
    analyst.cookies["gatehouse_zone"] = "Europe/Berlin"
    response = analyst.get("/investigate/", {"q": typed, "range": "30d"})
    assert response.status_code == 302
    assert response["Location"] == address
    assert analyst.get("/investigate/", {"q": typed}, headers=htmx())["HX-Push-Url"] == address
    page = analyst.get(address)
    assert page.status_code == 200
    again = re.search(r'id="search-bar"[^>]* value="([^"]*)"', page.content.decode()).group(1)
    kept = {name: value for name, value in page.wsgi_request.GET.items() if name in ("range", "start")}
    assert analyst.get("/investigate/", {"q": unescape(again), **kept})["Location"] == address


def test_an_error_is_pointed_at_and_nothing_is_asked(analyst, api):
    response = analyst.get("/investigate/", {"q": "invoice AND (fom:acme"})
    assert response.status_code == 422
    page = text(response)
    assert '<code class="query-text">invoice AND (<mark>fom:</mark>acme</code>' in page
    assert "Did you mean “from:”?" in page
    assert 'value="invoice AND (fom:acme"' in page
    assert 'aria-invalid="true" aria-describedby="search-error"' in page
    assert not api.requests
    fragment = analyst.get("/investigate/", {"q": "a)"}, headers=htmx())
    assert fragment.status_code == 422
    assert "<mark>)</mark>" in text(fragment)


def test_markup_in_a_wrong_query_is_text(analyst, api):
    page = analyst.get("/investigate/", {"q": '<script>alert(1)</script> ("'}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_the_api_can_not_filter_is_found_by_looking_further(analyst, api):
    api.add(
        *[message(number, validation={"spf": "fail" if number % 100 == 0 else "pass"}) for number in range(1, 1201)]
    )
    first = text(analyst.get("/investigate/?spf=fail"))
    assert subjects(first) == ["Subject 100", "Subject 200"]
    assert "Looked at 250 messages, back to" in first
    assert len(api.requests) == 1
    page = all_steps(analyst, "/investigate/?spf=fail")
    assert subjects(page) == [f"Subject {number}" for number in range(100, 1201, 100)]
    assert "Looked at all 1,200 messages of this range: complete." in page
    assert "12 found" in page


def test_a_full_page_leads_to_the_next_one(analyst, api):
    api.add(*[message(number, validation={"spf": "fail"}) for number in range(1, 121)])
    found, address = [], "/investigate/?spf=fail"
    while address:
        page = text(analyst.get(address))
        found += subjects(page)
        older = re.search(r'href="([^"]+)"[^>]*rel="next"', page)
        address = older.group(1) if older else ""
    assert found == [f"Subject {number}" for number in range(1, 121)]


def test_a_page_that_fills_up_on_the_way_leads_to_the_next_one(analyst, api):
    api.add(*[message(number, validation={"spf": "fail" if number % 4 == 0 else "pass"}) for number in range(1, 401)])
    page = all_steps(analyst, "/investigate/?spf=fail")
    assert len(subjects(page)) == 50
    address = re.findall(r'href="([^"]+)"[^>]*rel="next"', page)[-1]
    assert subjects(all_steps(analyst, address))[0] == "Subject 204"


def test_mail_that_arrives_meanwhile_moves_nothing(analyst, api):
    api.add(*[message(number, validation={"spf": "fail"}) for number in range(10, 130)])
    first = text(analyst.get("/investigate/?spf=fail"))
    older = re.search(r'href="([^"]+)"[^>]*rel="next"', first).group(1)
    api.add(*[message(number, validation={"spf": "fail"}) for number in range(1, 10)])
    second = subjects(text(analyst.get(older)))
    assert second[0] == "Subject 60"
    assert not set(second) & set(subjects(first))


def with_attachments(api, count: int, every: int = 1) -> None:
    for number in range(1, count + 1):
        made = held(number)
        api.add(made)
        has = [{"size": 1, "filename": "a.html"}] if number % every == 0 else []
        api.details[made["id"]] = detections(attachments=has)


def test_details_are_read_after_the_first_paint_and_at_most_two_hundred(analyst, api):
    with_attachments(api, 280, every=100)
    first = text(analyst.get("/investigate/?has=attachment"))
    assert subjects(first) == []
    assert len(api.requests) == 1
    page = all_steps(analyst, "/investigate/?has=attachment")
    assert subjects(page) == ["Subject 100", "Subject 200"]
    assert "Looked into 200 of 280, the newest; narrow the search to look into the other 80." in page
    assert ": complete" not in page
    assert sum(request.url.path.endswith("/detections") for request in api.requests) == 200


def test_what_is_false_by_its_row_is_not_read(analyst, api):
    with_attachments(api, 30)
    api.add(*[message(number) for number in range(31, 61)])
    page = all_steps(analyst, "/investigate/?query=NOT%20disposition:clean&has=attachment")
    assert len(subjects(page)) == 30
    assert sum(request.url.path.endswith("/detections") for request in api.requests) == 30


def test_clean_mail_whose_detail_the_api_does_not_give_is_counted(analyst, api):
    api.add(*[message(number) for number in range(1, 4)])
    page = all_steps(analyst, "/investigate/?has=attachment")
    assert "the API tells nothing of what 3 hold." in page
    assert ": complete" not in page
    assert "Nothing matches" in page


def test_an_error_on_the_way_keeps_what_was_found_and_can_be_gone_on_from(analyst, api):
    api.add(
        *[message(number, validation={"spf": "fail" if number % 200 == 0 else "pass"}) for number in range(1, 1201)]
    )
    first = text(analyst.get("/investigate/?spf=fail"))
    assert subjects(first) == ["Subject 200"]
    api.broken["GET "] = refusal(429, "Slow down.", {"Retry-After": "40"})
    step = text(analyst.get(step_of(first), headers=htmx()))
    assert "The API asks for a pause" in step
    assert "Wait 40 seconds" in step
    assert not step_of(step)
    further = re.search(r'<a class="button" href="([^"]+)">Look further', step).group(1)
    api.broken.clear()
    assert subjects(all_steps(analyst, further))[0] == "Subject 400"


def test_completions_come_without_asking_the_api(analyst, api):
    page = text(analyst.get("/investigate/completions/", {"q": "invoice disp"}))
    assert '<option value="invoice disposition:"' in page
    page = text(analyst.get("/investigate/completions/", {"q": "disposition:ma"}))
    assert re.findall(r'value="([^"]+)"', page) == ["disposition:malicious"]
    assert re.findall("<option", text(analyst.get("/investigate/completions/", {"q": 'subject:"disp'}))) == []
    assert not api.requests


def test_a_place_that_nobody_gave_out_is_refused(analyst, api):
    assert analyst.get("/investigate/?spf=fail&at=nonsense").status_code == 422
    assert not api.requests

"""A list goes on where the API's cursor ends, and says whether that is all."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.investigate.fake_api import NOW, message, refusal


def page_of(client, url: str) -> str:
    return unescape(client.get(url, follow=True).content.decode())


def rows_of(page: str) -> list[str]:
    return re.findall(r'<a class=row-link hx-get="[^"]+" href="\?(?:[^"]*&)?message=([^"]+)"', page)


def walked(client, url: str) -> tuple[list[str], str]:
    """Return the ids of all pages in order, and the last page."""
    found: list[str] = []
    for _ in range(30):
        page = page_of(client, url)
        found += rows_of(page)
        older = re.search(r'href="([^"]+)" hx-get="[^"]+" rel="next"', page)
        if older is None:
            return found, page
        url = older[1]
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("cap", [None, 75, 100, 130])
def test_every_message_is_listed_once_past_any_cap(analyst, api, cap):
    letters = [message(number) for number in range(1, 261)]
    api.add(*letters)
    api.cap = cap
    found, last = walked(analyst, "/investigate/?sender=other.example")
    assert found == [letter["id"] for letter in letters]
    assert "the end: complete" in last


def test_messages_of_one_second_are_neither_lost_nor_shown_twice(analyst, api):
    bursts = [NOW - timedelta(hours=1, minutes=number // 40) for number in range(1, 200)]
    letters = [message(number, scanned_at=at) for number, at in enumerate(bursts, 1)]
    api.add(*letters)
    api.cap = 80
    found, last = walked(analyst, "/investigate/?sender=other.example")
    assert sorted(found) == sorted(letter["id"] for letter in letters)
    assert "the end: complete" in last


def test_the_page_where_the_cursor_ends_costs_one_call_more(analyst, api):
    api.add(*(message(number) for number in range(1, 101)))
    page_of(analyst, "/investigate/?sender=other.example")
    assert len(api.requests) == 1
    api.requests.clear()
    assert "the end: complete" in page_of(analyst, "/investigate/?sender=other.example&cursor=50")
    assert len(api.requests) == 2


def test_where_that_can_not_be_seen_nothing_is_called_complete(analyst, api):
    api.add(*(message(number) for number in range(1, 101)))
    usual = api.handle

    def failing(request):
        return refusal(500) if api.requests and "cursor" not in request.url.params else usual(request)

    api.handle = failing
    page = page_of(analyst, "/investigate/?sender=other.example&cursor=50")
    assert len(rows_of(page)) == 50
    assert "complete" not in page.partition('class="results-foot"')[2]


@pytest.mark.parametrize("past", ["x", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00/x", "/x"])
def test_what_names_no_row_is_refused(analyst, api, past):
    assert analyst.get("/investigate/", {"past": past}).status_code == 422
    assert api.requests == []


def test_what_the_api_does_not_filter_is_walked_past_the_cap_too(analyst, api):
    letters = [message(number, subject="odd" if number % 100 == 0 else "even") for number in range(1, 1201)]
    api.add(*letters)
    api.cap = 600
    url, found = "/investigate/?query=NOT reason:x AND subject:*d*&range=90d", []
    page = page_of(analyst, url)
    found += rows_of(page)
    for _ in range(20):
        step = re.search(r'hx-get="(/investigate/further/[^"]+)"', page)
        if step is None:
            break
        page = unescape(analyst.get(step[1], headers={"HX-Request": "true"}).content.decode())
        found += rows_of(page)
    assert found == [letter["id"] for letter in letters if letter["subject"] == "odd"]
    assert "Looked at all 1,200 messages of this range: complete" in page

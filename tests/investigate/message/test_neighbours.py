"""Going on from a message's own page: the messages before and after it in the list that it was found in."""

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.investigate.console import htmx
from tests.investigate.fake_api import message, refusal


@pytest.fixture
def letters(api):
    made = [message(number) for number in range(1, 121)]
    api.add(*made)
    return made


def own(letter, origin: str) -> str:
    return f"/investigate/messages/{letter['id']}/?list={quote(origin)}"


def steps(client, letter, origin: str) -> dict[str, str]:
    """Return where the steps of a message's own page lead to, by rel; addresses with colons, as people read them."""
    page = unescape(client.get(own(letter, origin)).content.decode())
    (address,) = re.findall(r'hx-get="(/investigate/messages/[^"]+/steps/[^"]*)"', page)
    part = unescape(client.get(address, headers=htmx(own(letter, origin))).content.decode())
    return {rel: url for url, rel in re.findall(r'href="([^"]+)" rel="(\w+)"', part)}


def leads_to(url: str, letter) -> bool:
    return urlsplit(url).path.replace("%3A", ":") == f"/investigate/messages/{letter['id']}/"


def test_the_neighbours_are_one_click_away_and_keep_the_list(analyst, letters):
    found = steps(analyst, letters[4], "sender=other.example")
    assert leads_to(found["prev"], letters[3])
    assert leads_to(found["next"], letters[5])
    assert parse_qs(urlsplit(found["next"]).query)["list"] == ["sender=other.example"]


def test_the_first_has_none_before_and_the_last_none_after(analyst, letters):
    assert set(steps(analyst, letters[0], "sender=other.example")) == {"next"}
    assert set(steps(analyst, letters[-1], "sender=other.example&cursor=100")) == {"prev"}


def test_past_the_end_of_a_page_the_next_one_is_opened(analyst, letters):
    found = steps(analyst, letters[49], "sender=other.example")
    gone = analyst.get(found["next"])
    assert leads_to(gone["Location"], letters[50])
    assert parse_qs(urlsplit(gone["Location"]).query)["list"] == ["sender=other.example&cursor=50"]
    back = steps(analyst, letters[50], "sender=other.example&cursor=50")
    assert leads_to(analyst.get(back["prev"])["Location"], letters[49])


def test_mail_that_came_since_does_not_lose_the_place(analyst, letters, api):
    newer = [message(number, subject=f"Newer {number}") for number in range(-60, 0)]
    api.add(*newer)
    found = steps(analyst, letters[4], "sender=other.example")
    assert leads_to(found["prev"], letters[3])
    assert leads_to(found["next"], letters[5])


def test_a_search_that_the_api_does_not_filter_is_walked_to_the_message(analyst, api):
    odd = [message(number, subject="odd") for number in (10, 400, 700)]
    api.add(*odd, *(message(number) for number in range(11, 400)), *(message(number) for number in range(401, 700)))
    found = steps(analyst, odd[1], "query=subject:odd AND NOT subject:even&range=90d")
    assert leads_to(found["prev"], odd[0])
    assert leads_to(found["next"], odd[2])


def test_a_list_that_no_longer_holds_it_offers_no_steps(analyst, letters):
    assert steps(analyst, letters[4], "sender=nobody.example") == {}
    assert steps(analyst, letters[4], "query=(") == {}


def test_an_api_that_can_not_be_asked_is_told_in_a_line_and_the_message_stands(analyst, letters, api):
    api.broken["GET "] = refusal(503, "Away.")
    part = analyst.get(f"/investigate/messages/{letters[4]['id']}/steps/?list=sender%3Dother.example", headers=htmx())
    assert part.status_code == 502
    assert "Reload to ask again." in part.content.decode()
    assert "<h1" not in part.content.decode()
    assert analyst.get(own(letters[4], "sender=other.example")).status_code == 200


def test_a_page_that_has_come_to_be_empty_leads_to_its_list(analyst, api):
    response = analyst.get("/investigate/beyond/?list=sender%3Dnobody.example&end=first", follow=True)
    assert response.redirect_chain[0][0] == "/investigate/?sender=nobody.example"
    assert "There are no more messages that way." in response.content.decode()


def test_tabs_and_the_way_back_keep_the_list(analyst, letters):
    page = unescape(analyst.get(own(letters[4], "sender=other.example")).content.decode())
    assert 'href="/investigate/?sender=other.example"' in page
    tabs = re.findall(r'id="tab-\w+" class="tab" href="([^"]+)"', page)
    assert tabs
    assert all("list=sender%3Dother.example" in tab for tab in tabs)


def test_a_page_that_was_not_opened_from_a_list_asks_for_no_neighbours(analyst, letters, api):
    page = analyst.get(f"/investigate/messages/{letters[4]['id']}/").content.decode()
    assert "/steps/" not in page
    assert len(api.requests) <= 2
    api.requests.clear()
    analyst.get(own(letters[4], "sender=other.example"))
    assert len(api.requests) <= 2


def test_from_beside_a_list_the_own_page_knows_it(analyst, letters):
    page = unescape(analyst.get(f"/investigate/?sender=other.example&message={letters[4]['id']}").content.decode())
    assert "/?list=sender%3Dother.example" in page
    assert "/?list=" in unescape(analyst.get(f"/investigate/?message={letters[4]['id']}").content.decode())

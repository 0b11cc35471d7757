"""What a message's Summary shows of its sender: the gateway's own history, and one search."""

from datetime import timedelta
from html import unescape
from urllib.parse import quote

import httpx

from tests.investigate.fake_api import NOW, message

FROM = {"from": "ann@partner.example"}


def text(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def url(sender: str = "ann@partner.example", before: str = NOW.isoformat()) -> str:
    return f"/investigate/sender-history/?sender={quote(sender)}&before={quote(before)}"


def test_the_summary_shows_what_the_gateway_has_kept_and_asks_for_the_rest_later(analyst, api):
    found = [
        {"name": "history-first-mail", "detection": "SUSPICIOUS", "reason": "This is the first mail ever from it."},
        {"name": "links", "detection": "SPAM", "reason": "There are links."},
    ]
    letter = message(1, findings=found) | FROM
    api.add(letter)
    asked = len(api.requests)

    page = text(analyst.get(f"/investigate/messages/{letter['id']}/"))

    section = page.partition("What is known of the sender")[2].partition("</section>")[0]
    assert "This is the first mail ever from it." in section
    assert "There are links." not in section
    assert f'hx-get="/investigate/sender-history/?sender={quote("ann@partner.example")}' in section
    searched = [request for request in api.requests[asked:] if request.url.path.endswith("/investigate")]
    assert searched == [], "nothing is searched before the page is there"


def test_earlier_mail_is_counted_by_one_search(analyst, api):
    for number, disposition in enumerate(["NONE", "NONE", "SPAM"], 1):
        api.add(message(number, final_disposition=disposition) | FROM)
    api.add(message(9) | {"from": "other@partner.example"})
    asked = len(api.requests)

    page = text(analyst.get(url()))

    assert "3 messages of this sender in the 90 days before it" in page
    assert "Sender 1, Sender 2, Sender 3" in page.replace("<bdi>", "").replace("</bdi>", "")
    assert len(api.requests) - asked == 1


def test_the_message_itself_is_not_earlier(analyst, api):
    letter = message(1) | FROM
    api.add(letter)

    page = text(analyst.get(url(before=letter["scanned_at"])))

    assert "No other mail of this sender" in page


def test_many_messages_are_said_to_be_at_least_so_many(analyst, api):
    for number in range(1, 140):
        api.add(message(number, scanned_at=NOW - timedelta(hours=number)) | FROM)

    assert "At least 100 messages" in text(analyst.get(url()))


def test_a_search_that_fails_says_so(analyst, api):
    api.broken["GET "] = httpx.Response(500)

    response = analyst.get(url())

    assert response.status_code == 502
    assert "could not be looked up" in text(response)


def test_nonsense_is_refused(analyst, api):
    assert analyst.get("/investigate/sender-history/?sender=&before=never").status_code == 400


def test_nobody_else_sees_it(browse, api):
    assert browse("anonymous").get(url()).status_code == 302

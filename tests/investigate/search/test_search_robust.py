"""Whatever the API answers, or if it never does: the page says what happened and what to do, and loses nothing."""

from html import unescape

import httpx
import pytest

from tests.investigate.console import htmx
from tests.investigate.fake_api import envelope, held, refusal

PROMISE = "http://fake.invalid/client/v4/accounts/0123456789abcdef0123456789abcdef/email-security/investigate/runs/1"
PAGES = ["preview/", "detections/", "headers/", "links/", "attachments/", "trace/", "raw/", "activity/"]


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def impatient(settings):
    """The console waits a second for the API, and no longer."""
    settings.GATEHOUSE_API_TIMEOUT = 1


ANSWERS = [
    pytest.param(None, 504, "took too long", id="202"),
    pytest.param(refusal(429, "Slow down.", {"Retry-After": "40"}), 429, "Wait 40 seconds, then try again", id="429"),
    pytest.param(refusal(500, "Oops."), 502, "The API failed", id="500"),
    pytest.param(httpx.Response(200, content=b"<html>Welcome</html>"), 502, "makes no sense", id="rubbish"),
    pytest.param(envelope([{"id": 7}]), 502, "makes no sense", id="another contract"),
    pytest.param(httpx.ReadTimeout("never"), 504, "took too long", id="never"),
    pytest.param(httpx.ConnectError("refused"), 502, "can't be reached", id="nobody there"),
    pytest.param(refusal(401, "No."), 502, "refused the console's key", id="401"),
]


def broken(answer) -> httpx.Response | Exception:
    if answer is not None:
        return answer
    promise = envelope([], 202, result_info={"count": 0, "per_page": 50, "page": 0, "total_count": 0})
    promise.headers["Location"] = PROMISE
    return promise


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("answer", "status", "said"), ANSWERS)
@pytest.mark.parametrize("query", ["query=invoice", "query=invoice&spf=fail"])
def test_a_search_says_what_happened_and_what_to_do(analyst, api, answer, status, said, query):
    api.broken["GET (?:|runs/1)"] = broken(answer)
    for headers in ({}, htmx()):
        response = analyst.get(f"/investigate/?{query}", headers=headers)
        page = text(response)
        assert response.status_code == status
        assert said in page
        assert 'role="alert"' in page
        assert f'href="/investigate/?{query}"' in page
        assert 'value="invoice' in page


@pytest.mark.parametrize("page", ["", *PAGES])
def test_no_screen_of_a_message_needs_more_than_two_calls(analyst, api, page):
    made = held(1)
    api.add(made)
    for address in (
        f"/investigate/messages/{made['id']}/{page}",
        f"/investigate/?message={made['id']}&tab={page[:-1]}",
    ):
        api.requests.clear()
        assert analyst.get(address.removesuffix("&tab=")).status_code == 200
        assert len(api.requests) <= 2, [str(request.url) for request in api.requests]


@pytest.mark.parametrize(
    "query",
    ["", "spf=fail", "has=attachment", "query=a%20OR%20subject:b", "sender=x.example&domain=y.example&reported=on"],
)
def test_no_search_needs_more_than_two_calls(analyst, api, query):
    api.add(*[held(number) for number in range(1, 61)])
    assert analyst.get(f"/investigate/?{query}").status_code == 200
    assert len(api.requests) <= 2


@pytest.mark.parametrize("page", ["exports/", "completions/?q=x", "count/?query=x"])
def test_what_goes_with_the_list_asks_the_api_for_nothing(analyst, api, page):
    assert analyst.get(f"/investigate/{page}").status_code in {200, 286}
    assert not api.requests

"""What a person sees when the API can't or won't."""

import httpx
import pytest

from tests.investigate.console import htmx
from tests.investigate.fake_api import envelope, held, refusal

CASES = [
    (refusal(400, "Bad id."), 400, "did not understand", False),
    (refusal(401, "Bad token."), 502, "CLOUDFLARE_API_TOKEN", True),
    (refusal(403, "No permission."), 403, "does not allow this", True),
    (refusal(404, "Gone."), 404, "Search for it instead", False),
    (refusal(409, "Busy."), 409, "not in a state", True),
    (refusal(418, "Teapot."), 418, "said no", True),
    (refusal(429, "Slow down.", {"Retry-After": "90"}), 429, "Wait 90 seconds", True),
    (refusal(500, "Broken."), 502, "an error of its own", True),
    (refusal(503, "Away."), 502, "an error of its own", True),
    (httpx.Response(200, text="<html>a proxy's page</html>"), 502, "makes no sense", True),
    (envelope({"id": 4}), 502, "makes no sense", True),
    (httpx.ReadTimeout("slow"), 504, "took too long", True),
    (httpx.ConnectError("refused"), 502, "can&#x27;t be reached", True),
]


@pytest.fixture
def address(api):
    api.add(held(1))
    return f"/investigate/messages/{api.messages[0]['id']}/preview.png"


@pytest.mark.parametrize(("answer", "status", "words", "can_retry"), CASES)
def test_each_error_has_its_status_its_cause_and_a_way_out(analyst, api, address, answer, status, words, can_retry):
    api.broken["GET .*preview"] = answer
    response = analyst.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "<!doctype html>" in page
    assert (f'href="{address}"' in page) == can_retry
    assert 'href="/investigate/"' in page


@pytest.mark.parametrize(("answer", "status", "words", "can_retry"), CASES)
def test_htmx_gets_the_same_as_a_part_of_the_page(analyst, api, address, answer, status, words, can_retry):
    api.broken["GET .*preview"] = answer
    response = analyst.get(address, headers=htmx())
    assert response.status_code == status
    assert words in response.content.decode()
    assert "<html" not in response.content.decode()


def test_whoever_asked_learns_when_to_come_back(analyst, api, address):
    api.broken["GET .*preview"] = refusal(429, "Slow down.", {"Retry-After": "90"})
    assert analyst.get(address)["Retry-After"] == "90"


def test_what_the_api_said_is_text(analyst, api, address):
    api.broken["GET .*preview"] = refusal(500, "<script>alert(1)</script>\u202e")
    page = analyst.get(address).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_the_token_is_never_shown(analyst, api, address):
    for answer, *_ in CASES:
        api.broken["GET .*preview"] = answer
        assert b"fake-token" not in analyst.get(address).content

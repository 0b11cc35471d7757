"""The connection: which API, what the token may, and how the parts are."""

from html import unescape

import httpx
import pytest

from tests.settings_admin.gateway_api import ACCOUNT

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


def text(answer) -> str:
    return unescape(answer.content.decode())


def test_it_says_which_api_and_asks_nothing_of_it(admin, api):
    page = text(admin.get("/team/connection/"))
    assert "The gateway in this process" in page
    assert ACCOUNT in page
    assert api.requests == []


def test_what_a_writing_token_may_is_found_out_without_a_change(admin, api):
    page = text(admin.post("/team/connection/token/"))
    assert "May read, may write." in page
    assert api.asked == ["GET block_senders", "POST block_senders/batch"]


def test_a_token_that_may_only_read_is_told(admin, settings, read_token):
    settings.CLOUDFLARE_API_TOKEN = read_token
    page = text(admin.post("/team/connection/token/"))
    assert "may not write" in page
    assert "CLOUDFLARE_API_TOKEN" in page


def test_a_token_that_is_none_is_told(admin, settings):
    settings.CLOUDFLARE_API_TOKEN = "nonsense"
    page = text(admin.post("/team/connection/token/"))
    assert "May not read" in page


def test_an_api_that_is_away_is_told(admin, api):
    def away(_request):
        raise httpx.ConnectError("no route")

    api.fail("GET", "block_senders", away, times=9)
    assert "The API can't be reached" in text(admin.post("/team/connection/token/"))


def test_the_parts_that_do_not_answer_are_named(admin):
    page = text(admin.get("/team/connection/state/", headers={"HX-Request": "true"}))
    assert "<html" not in page
    assert "Redis does not answer." in page
    assert "free of" in page
    assert "sqlite" in page or "postgresql" in page
    assert "<html" in text(admin.get("/team/connection/state/"))


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_others_than_admins_are_refused(browse, api, role):
    person = browse(role)
    assert person.get("/team/connection/").status_code == 403
    assert person.get("/team/connection/state/").status_code == 403
    assert person.post("/team/connection/token/").status_code == 403
    assert api.requests == []

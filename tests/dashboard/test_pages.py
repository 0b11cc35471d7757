"""Every page: what the browser is told, and the pages for when something is wrong."""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, override_settings
from django.urls import path

from dashboard.rights.table import TABLE, Audience, Right
from dashboard.urls import urlpatterns as real_patterns
from tests.investigate.fake_api import held

PAGES = [
    "/investigate/",
    "/investigate/?message={id}",
    "/investigate/messages/{id}/raw/",
    "/audit/",
    "/account/",
    "/jobs/",
]


def fail(_request):
    raise ZeroDivisionError


def suspect(_request):
    raise SuspiciousOperation("odd")


urlpatterns = [*real_patterns, path("fail/", fail, name="fail"), path("suspect/", suspect, name="suspect")]
OPEN = {"GET": Right(Audience.EVERYBODY)}


def policy(response) -> dict[str, str]:
    parts = [part.strip() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("address", [*PAGES, "/nowhere/"])
def test_the_browser_is_told_to_trust_nothing_but_our_files(browse, api, address):
    api.add(held(1))
    response = browse("admin").get(address.format(id=api.messages[0]["id"]))
    told = policy(response)
    assert told["default-src"] == "'none'"
    assert told["script-src"] == "'self'"
    assert told["style-src"] == "'self'"
    assert told["frame-ancestors"] == told["object-src"] == told["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", [*PAGES, "/nowhere/"])
def test_no_page_holds_a_script_or_a_style(browse, api, address):
    api.add(held(1))
    page = browse("admin").get(address.format(id=api.messages[0]["id"])).content.decode()
    assert not re.findall(r"<script(?![^>]*\ssrc=)", page)
    assert "<style" not in page
    assert not re.findall(r"<[^>]*\s(?:style|on[a-z]+)=", page)


def test_pages_with_mail_are_not_kept(browse, api):
    api.add(held(1))
    for address in PAGES[:3]:
        response = browse("admin").get(address.format(id=api.messages[0]["id"]))
        assert "no-store" in response["Cache-Control"]


def test_a_page_that_is_not_there(browse):
    response = browse("reviewer").get("/nowhere/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert 'href="/investigate/"' in response.content.decode()


def test_a_stranger_learns_nothing_of_the_console_from_a_page_that_is_not_there(client, db):
    page = client.get("/nowhere/").content.decode()
    assert "Sign in" in page
    assert "Investigate" not in page


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("address", "status", "words"), [("/fail/", 500, "Gatehouse failed"), ("/suspect/", 400, "made no sense")]
)
def test_an_error_of_ours_has_a_page_that_needs_nothing(client, db, monkeypatch, address, status, words):
    monkeypatch.setitem(TABLE, address.strip("/"), OPEN)
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    assert words in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_way_out(api, db):
    response = Client(enforce_csrf_checks=True).post("/account/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()


def test_what_is_open_is_marked_in_the_navigation(browse):
    page = browse("admin").get("/audit/").content.decode()
    assert re.search(r'href="/audit/" aria-current="page"', page)
    assert page.count('aria-current="page"') == 1


def test_the_shortcuts_named_are_those_one_may_use(browse):
    assert "<kbd>r</kbd>" in browse("analyst").get("/shortcuts/").content.decode()
    assert "<kbd>r</kbd>" not in browse("reviewer").get("/shortcuts/").content.decode()

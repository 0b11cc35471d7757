"""The account page, and what somebody prefers to see."""

import pytest

from dashboard.people.preferences import zone_names


def test_it_says_who_is_signed_in_and_as_what(browse):
    page = browse("analyst").get("/account/").content.decode()
    assert "a-analyst" in page
    assert "<dd>Analyst</dd>" in page


def test_a_zone_and_a_density_are_kept_in_the_browser(analyst):
    response = analyst.post("/account/display/", {"zone": "Asia/Tokyo", "density": "relaxed"})
    assert response.status_code == 302
    cookie = response.cookies["gatehouse_zone"]
    assert cookie.value == "Asia/Tokyo"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = analyst.get("/account/").content.decode()
    assert 'data-density="relaxed"' in page
    assert "Times are now shown in Asia/Tokyo." in page
    assert "Kept in this browser." in page


def test_the_chosen_zone_goes_before_the_browsers_and_can_be_given_back(analyst):
    analyst.cookies["gatehouse_browser_zone"] = "Europe/Madrid"
    assert "shown in Europe/Madrid." in analyst.get("/account/").content.decode()
    analyst.post("/account/display/", {"zone": "UTC", "density": "dense"})
    assert "shown in UTC." in analyst.get("/account/").content.decode()
    analyst.post("/account/display/", {"zone": "", "density": "dense"})
    assert "shown in Europe/Madrid." in analyst.get("/account/").content.decode()


@pytest.mark.parametrize("odd", ["Mars/Olympus", "../../etc/passwd", "<b>", "é"])
def test_a_zone_that_there_is_not_counts_as_none(analyst, odd):
    analyst.cookies["gatehouse_browser_zone"] = odd
    assert "shown in UTC." in analyst.get("/account/").content.decode()
    assert analyst.post("/account/display/", {"zone": odd, "density": "dense"}).status_code == 422


def test_zones_come_with_utc_first():
    assert zone_names()[0] == "UTC"
    assert "Europe/Madrid" in zone_names()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_theme_is_kept_and_comes_with_the_page(client, db, theme):
    response = client.post("/account/theme/", {"theme": theme, "next": "/accounts/login/?next=/jobs/"})
    assert response["Location"] == "/accounts/login/?next=/jobs/"
    page = client.get("/accounts/login/").content.decode()
    assert f'<html lang="en" data-theme="{theme}"' in page
    assert f'value="{theme}" aria-pressed="true"' in page


def test_a_script_gets_no_page_back_for_a_theme(client, db):
    response = client.post("/account/theme/", {"theme": "dark"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.cookies["gatehouse_theme"].value == "dark"


def test_a_theme_that_there_is_not_is_refused(client, db):
    assert client.post("/account/theme/", {"theme": "pink"}).status_code == 422
    client.cookies["gatehouse_theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_theme_never_leads_elsewhere(client, db, elsewhere):
    assert client.post("/account/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"

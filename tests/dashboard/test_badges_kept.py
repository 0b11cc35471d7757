"""Counts of the navigation are kept for some seconds, but not from whom has just changed something."""

import pytest

from dashboard import badges
from dashboard.badges import badge_of, register_badge
from dashboard.middleware.just_acted import COOKIE


@pytest.fixture
def counted(settings, monkeypatch):
    """Return the list of what a badge counted: one more each time."""
    found: list[int] = []
    monkeypatch.setattr(badges, "_COUNTS", {})
    monkeypatch.setattr(badges, "_kept", {})
    settings.GATEHOUSE_BADGE_SECONDS = 60

    def count() -> int:
        found.append(len(found) + 1)
        return len(found)

    register_badge("jobs:list", count, meaning="waiting")
    return found


def test_a_count_is_kept_for_some_seconds(counted, settings, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(badges.time, "monotonic", lambda: clock[0])
    assert [badge_of("jobs:list").text for _ in range(3)] == ["1", "1", "1"]
    clock[0] += 61
    assert badge_of("jobs:list").text == "2"
    assert badge_of("jobs:list", anew=True).text == "3"
    assert badge_of("jobs:list").text == "3"


@pytest.mark.django_db
def test_who_changed_something_sees_it_counted(counted, browse):
    client = browse("analyst")
    for _ in range(2):
        assert '<span class="nav-badge">1<' in client.get("/account/").content.decode()
    answer = client.post("/investigate/columns/", {"columns": ["time"]})
    assert answer.cookies[COOKIE]["max-age"] == 60
    assert answer.cookies[COOKIE]["httponly"]
    assert '<span class="nav-badge">2<' in client.get("/account/").content.decode()


@pytest.mark.django_db
def test_reading_and_the_api_set_no_cookie(counted, browse, client):
    assert COOKIE not in browse("analyst").get("/account/").cookies
    assert COOKIE not in client.post("/client/v4/accounts/x/email-security/investigate/move").cookies

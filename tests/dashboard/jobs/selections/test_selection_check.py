"""Before a job runs, its selection is looked at again: what arrived, what is not as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from api_client.resources import SearchFilters
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.selections.services import selection_check, selection_create
from tests.dashboard.jobs.conftest import gather, walked
from tests.dashboard.jobs.fake_api import FakeApi, refused

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(params=["embedded", "its own operation"], autouse=True)
def _log(request, api: FakeApi) -> None:
    """The action log is served in search rows, or by its own operation alone."""
    api.has_embedded_log = request.param == "embedded"


@pytest.fixture
def found(api: FakeApi, analyst) -> Selection:
    """A selection of five held messages, by a search for what is held."""
    now = timezone.now()
    for number in range(5):
        api.add(number).scanned_at = (now - timedelta(minutes=10 + number)).isoformat()
    filters = SearchFilters(delivery_status="quarantined")
    return gather(selection_create(user=analyst, filters=filters, start=now - timedelta(hours=1), end=now))


def test_what_arrived_and_what_left_is_counted(browser, analyst, api: FakeApi, found: Selection) -> None:
    api.add(10).scanned_at = timezone.now().isoformat()
    api._release(next(iter(api.mail.values())))
    list(api.mail.values())[1].more = {"final_disposition": "SPAM"}
    check = walked(selection_check(found))
    assert (check.arrived, check.moved, check.rejudged, check.gone, check.unseen) == (1, 0, 1, 1, 0)
    client = browser(analyst)
    page = client.get(reverse("jobs:selection", args=[found.pk]) + "?action=release").content.decode()
    assert "+1 arrived, 1 judged anew, 1 gone since you looked" in page
    assert "What arrived is not in this selection" in page
    assert "It was MALICIOUS, and is SPAM now." in page
    assert "Release 5 messages?" in page


def test_what_was_moved_is_counted(api: FakeApi, analyst) -> None:
    mails = [api.add(number, held=False) for number in range(4)]
    selection = gather(selection_create(user=analyst, ids=[mail.id for mail in mails]))
    api._move(mails[2], "JunkEmail")
    check = walked(selection_check(selection))
    assert (check.moved, check.arrived, check.gone, check.unseen) == (1, 0, 0, 0)
    assert selection.messages.get(investigate_id=mails[2].id).drift == "It was in Inbox, and is in Junk now."
    assert walked(selection_check(selection)).number == 2


def test_nothing_changed_is_said(browser, analyst, found: Selection) -> None:
    walked(selection_check(found))
    page = browser(analyst).get(reverse("jobs:selection", args=[found.pk])).content.decode()
    assert "Nothing changed since you looked" in page


def test_a_page_that_is_opened_later_looks_again_by_itself(browser, analyst, found: Selection) -> None:
    client, address = browser(analyst), reverse("jobs:selection", args=[found.pk])
    check = reverse("jobs:selection_check", args=[found.pk])
    again = f'hx-post="{check}" hx-trigger="load"'
    assert again not in client.get(address).content.decode()
    Selection.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    assert again in client.get(address).content.decode()
    response = client.post(check, **HTMX)
    assert response.status_code == 200
    assert f'hx-get="{check}"' in response.content.decode()
    assert client.post(check, **HTMX).status_code == 200
    walked(found.checks.get())
    response = client.get(check, **HTMX)
    assert response.status_code == 286
    assert "Nothing changed" in response.content.decode()
    assert again not in client.get(address).content.decode()


def test_looking_again_works_without_scripts(browser, analyst, found: Selection) -> None:
    response = browser(analyst).post(reverse("jobs:selection_check", args=[found.pk]), {"action": "release"})
    assert response["Location"] == reverse("jobs:selection", args=[found.pk]) + "?action=release"
    assert found.checks.count() == 1


def test_a_look_that_fails_is_told(browser, analyst, api: FakeApi, found: Selection) -> None:
    api._search = lambda params: refused(403, "Not for you")
    assert walked(selection_check(found)).state == "failed"
    page = browser(analyst).get(reverse("jobs:selection", args=[found.pk])).content.decode()
    assert "could not be looked at again" in page
    assert "Not for you" in page

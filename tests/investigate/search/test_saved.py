"""Saved searches, recent ones, and which columns the list has."""

from html import unescape

import pytest

from dashboard.audit.models import AuditEntry
from investigate.models import RecentSearch, SavedSearch
from tests.investigate.console import ROLES
from tests.investigate.fake_api import message


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.mark.parametrize("role", [role for role in ROLES if role != "read_only"])
def test_a_saved_search_is_there_for_everybody(browse, api, role):
    response = browse(role).post("/investigate/saved/?sender=acme.example&range=7d&cursor=5", {"name": "Acme <b>"})
    assert response["Location"] == "/investigate/?sender=acme.example&range=7d"
    page = browse("reviewer").get("/investigate/").content.decode()
    assert 'href="/investigate/?sender=acme.example&amp;range=7d" title="By a-' in page
    assert "Acme &lt;b&gt;" in page
    assert AuditEntry.objects.get(action="search_save").username == f"a-{role}"


def test_a_name_is_taken_once(analyst, api):
    analyst.post("/investigate/saved/", {"name": "Mine"})
    page = text(analyst.post("/investigate/saved/?query=x", {"name": "Mine"}, follow=True))
    assert "There is a search named “Mine” already." in page
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_is_none_is_refused(analyst, api, name):
    analyst.post("/investigate/saved/?query=x", {"name": name})
    assert not SavedSearch.objects.exists()


def test_a_search_that_can_not_be_made_is_not_saved(analyst, api):
    page = text(analyst.post("/investigate/saved/?query=a)", {"name": "Broken"}, follow=True))
    assert "That search can't be made" in page
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("analyst", 302), ("admin", 302)])
def test_ones_own_is_deleted_by_oneself_or_by_an_admin(browse, api, role, status):
    browse("analyst").post("/investigate/saved/", {"name": "Mine"})
    saved = SavedSearch.objects.get()
    assert browse(role).post(f"/investigate/saved/{saved.pk}/delete/").status_code == status
    assert SavedSearch.objects.exists() == (status == 403)
    assert AuditEntry.objects.filter(action="search_delete").exists() == (status == 302)


def test_recent_searches_are_ones_own_and_few(browse, api):
    client = browse("analyst")
    for number in range(15):
        client.get("/investigate/", {"query": f"word{number}"})
    client.get("/investigate/?query=word14")
    client.get("/investigate/")
    assert RecentSearch.objects.count() == 12
    page = text(client.get("/investigate/"))
    assert page.index(">word14<") < page.index(">word13<")
    assert ">word2<" not in page
    assert ">word14<" not in text(browse("reviewer").get("/investigate/"))


def test_columns_are_chosen_and_kept(analyst, api):
    api.add(message(1, envelope_from="bounce@mailer.example", envelope_to=["x@team.example"]))
    assert "bounce@mailer" not in text(analyst.get("/investigate/")).partition("<tbody")[2]
    response = analyst.post(
        "/investigate/columns/",
        {
            "columns": ["time", "envelope-from", "envelope-to"],
            "density": "relaxed",
            "next": "/investigate/?query=subject",
        },
    )
    assert response["Location"] == "/investigate/?query=subject"
    page = text(analyst.get("/investigate/"))
    assert 'data-density="relaxed"' in page
    rows = page.partition('id="message-rows"')[2].partition("</tbody>")[0]
    assert "<span>bounce</span><span>@mailer.example</span>" in rows
    assert "x@team.example" in rows
    assert "Subject 1" in rows
    assert "row-verdict" not in rows


def test_a_message_without_results_of_authentication_has_a_row_too(analyst, api):
    api.add(message(1, validation=None))
    analyst.cookies["gatehouse_columns"] = "subject.checks.ip.message-id.reasons.team"
    assert "– – –" in text(analyst.get("/investigate/")).partition("<tbody")[2]


def test_a_cookie_that_nobody_gave_out_means_the_usual_columns(analyst, api):
    api.add(message(1))
    analyst.cookies["gatehouse_columns"] = "nonsense.<script>"
    page = text(analyst.get("/investigate/"))
    assert "row-verdict" in page
    assert "<script>" not in page.replace("<script src", "").replace('<script type="module"', "").replace(
        "<script d", ""
    )


def test_a_view_of_the_team_stands_beside_the_quick_searches_and_says_when_it_is_open(browse, api):
    browse("analyst").post("/investigate/saved/?sender=acme.example&range=7d", {"name": "Acme <b>"})
    saved = SavedSearch.objects.get()
    address = f"/investigate/saved/{saved.pk}/pin/"
    assert browse("analyst").post(address).status_code == 403
    assert browse("policy_admin").post(address).status_code == 302
    open_one = (
        '<a class="view" href="/investigate/?sender=acme.example&amp;range=7d" aria-current="page">Acme &lt;b&gt;</a>'
    )
    client = browse("reviewer")
    assert open_one in client.get("/investigate/?sender=acme.example&range=7d").content.decode()
    assert open_one.replace(' aria-current="page"', "") in client.get("/investigate/").content.decode()
    browse("admin").post(address, {"unpin": "1"})
    assert 'class="view" href="/investigate/?sender' not in client.get("/investigate/").content.decode()
    assert AuditEntry.objects.filter(action__in=["search_pin", "search_unpin"]).count() == 2


def test_there_are_as_many_views_as_fit(browse, api):
    for number in range(9):
        SavedSearch.objects.create(name=f"n{number}", query=f"query=w{number}", is_pinned=number < 8)
    last = SavedSearch.objects.get(name="n8")
    page = text(browse("admin").post(f"/investigate/saved/{last.pk}/pin/", follow=True))
    assert "The team has 8 views already" in page
    assert SavedSearch.objects.filter(is_pinned=True).count() == 8

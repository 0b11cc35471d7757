"""Acting on a message without opening it: what each role is offered, and what it costs."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User

from dashboard.audit.actor import SYSTEM
from dashboard.audit.models import AuditEntry
from investigate.annotations.services import message_assign, note_add
from tests.investigate.console import ROLES, htmx
from tests.investigate.fake_api import held, message

DEEDS = ("note", "assign", "reclassify", "confirm", "block", "allow")


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def letter(api):
    made = held(1, subject="<b>Invoice</b> 4471")
    api.add(made)
    return made


def url(letter) -> str:
    return f"/investigate/messages/{letter['id']}/act/"


def offered(page: str) -> set[str]:
    """Return the places that the forms and links of the page lead to, in short."""
    found = re.findall(r'<form[^>]* action="([^"]+)"', page) + re.findall(r'href="(/policies/[^"]+)"', page)
    return {
        part for one in found for part in ("note", "assign", "reclassify", "confirm", "block", "allow") if part in one
    }


@pytest.mark.parametrize(
    ("role", "deeds"),
    [
        ("reviewer", {"note", "assign", "reclassify"}),
        ("analyst", {"note", "assign", "reclassify", "confirm", "block", "allow"}),
        ("admin", {"note", "assign", "reclassify", "confirm", "block", "allow"}),
    ],
)
def test_each_role_is_offered_what_it_may_do(browse, letter, role, deeds):
    page = text(browse(role).get(url(letter), headers=htmx()))
    assert offered(page.partition('<article class="acting"')[2]) == deeds


def test_a_stranger_is_asked_to_sign_in(browse, letter):
    assert browse("anonymous").get(url(letter)).status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_it_asks_the_api_once_and_shows_nothing_of_the_content(browse, letter, api, role):
    page = text(browse(role).get(url(letter), headers=htmx()))
    assert len(api.requests) == 1
    assert "<b>Invoice" not in browse(role).get(url(letter), headers=htmx()).content.decode()
    assert "/preview" not in page
    assert "/raw" not in page
    assert not AuditEntry.objects.filter(object_id=letter["id"]).exists()


def test_what_is_done_leads_back_to_the_list(analyst, letter):
    here = "/investigate/?query=invoice&message=other"
    page = text(analyst.get(url(letter), headers=htmx(here)))
    assert page.count(f'name="next" value="{here}"') == 6
    done = analyst.post(
        f"/investigate/messages/{letter['id']}/note/", {"text": "Seen from the list", "next": here}, headers={}
    )
    assert done["Location"] == here


def test_without_scripts_it_is_a_page_that_leads_back_to_the_message(analyst, letter):
    page = text(analyst.get(url(letter)))
    assert "<title>Act on" in page
    assert f'name="next" value="/investigate/messages/{letter["id"]}/"' in page.replace("%3A", ":")


def test_it_says_who_takes_care_and_what_was_noted(analyst, letter):
    user = User.objects.get(username="a-analyst")
    message_assign(actor=SYSTEM, message_id=letter["id"], assignee=user)
    note_add(actor=SYSTEM, message_id=letter["id"], text="One")
    page = text(analyst.get(url(letter), headers=htmx()))
    assert '<option value="a-analyst" selected>' in page
    assert "there is one already" in page


def test_a_held_message_is_released_and_a_delivered_one_moved(analyst, letter, api):
    delivered = message(2)
    api.add(delivered)
    assert 'value="release"' in text(analyst.get(url(letter), headers=htmx()))
    assert 'value="move"' in text(analyst.get(url(delivered), headers=htmx()))


def test_a_report_is_looked_for_where_reports_lie(analyst, api):
    report = message(3, is_phish_submission=True)
    api.add(report)
    assert analyst.get(url(report), headers=htmx()).status_code == 404
    assert analyst.get(f"{url(report)}?report=1", headers=htmx()).status_code == 200


def test_every_row_leads_to_it(analyst, letter, api):
    api.add(message(3, is_phish_submission=True))
    page = text(analyst.get("/investigate/"))
    assert f'href="?message={letter["id"]}"' in page
    assert 'data-messages="/investigate/messages/"' in page
    assert "data-report" not in page
    assert "data-report" in text(analyst.get("/investigate/?reported=on"))


def test_a_message_that_is_gone_is_told(analyst, api):
    response = analyst.get("/investigate/messages/4Njp3P0STMz2c9-2026-03-01T00:00:00-00000000/act/", headers=htmx())
    assert response.status_code == 404

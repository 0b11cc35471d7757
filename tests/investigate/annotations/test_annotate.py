"""Notes on messages, and who takes care of them."""

from html import unescape

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from investigate.models import MessageAssignment, MessageNote
from tests.investigate.fake_api import held


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def letter(api):
    made = held(1)
    api.add(made)
    return made


def url(letter, what: str = "") -> str:
    return f"/investigate/messages/{letter['id']}/{what}"


@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
def test_everybody_with_a_role_may_note(browse, letter, role):
    client = browse(role)
    response = client.post(
        url(letter, "note/"), {"text": "Seen <b>before</b>\nin May", "next": "/investigate/?query=x"}
    )
    assert response["Location"] == "/investigate/?query=x"
    for page in (url(letter), url(letter, "activity/")):
        shown = client.get(page).content.decode()
        assert "Seen &lt;b&gt;before&lt;/b&gt;<br>in May" in shown
    entry = AuditEntry.objects.get(action="note_add")
    assert (entry.username, entry.object_id, entry.outcome) == (f"a-{role}", letter["id"], "done")


def test_a_stranger_may_not(browse, letter):
    assert browse("anonymous").post(url(letter, "note/"), {"text": "x"})["Location"].startswith("/accounts/login/")
    assert not MessageNote.objects.exists()


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_note_that_is_none_is_refused(analyst, letter, words):
    page = text(analyst.post(url(letter, "note/"), {"text": words}, follow=True))
    assert "A note needs some text" in page
    assert not MessageNote.objects.exists()
    assert not AuditEntry.objects.filter(action="note_add").exists()


def test_somebody_takes_care_and_the_list_says_so(browse, letter):
    browse("reviewer")
    client = browse("analyst")
    client.post(url(letter, "assign/"), {"assignee": "a-reviewer"})
    client.post(url(letter, "note/"), {"text": "One"})
    assert MessageAssignment.objects.get().assignee == User.objects.get(username="a-reviewer")
    assert "selected>a-reviewer" in text(client.get(url(letter)))
    page = text(client.get("/investigate/"))
    assert "a-reviewer takes care of it" in page
    assert "1 note<" in page
    assert AuditEntry.objects.get(action="assign").detail == {"to": "a-reviewer"}
    client.post(url(letter, "assign/"), {"assignee": ""})
    assert not MessageAssignment.objects.exists()
    assert "Assigned to nobody" in text(client.get(url(letter, "activity/")))


def test_only_people_of_the_team_can_be_assigned(analyst, letter, db):
    User.objects.create_user("outsider")
    analyst.post(url(letter, "assign/"), {"assignee": "outsider"})
    assert not MessageAssignment.objects.exists()


def test_it_never_leads_elsewhere(analyst, letter):
    response = analyst.post(url(letter, "note/"), {"text": "x", "next": "https://evil.example/"})
    assert response["Location"] == url(letter)


def test_what_another_backend_knows_is_not_shown(analyst, letter, settings):
    analyst.post(url(letter, "note/"), {"text": "Of the first account"})
    MessageNote.objects.update(backend="another")
    assert "Of the first account" not in text(analyst.get(url(letter)))

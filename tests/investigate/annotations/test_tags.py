"""Tags of the team on messages: set and taken off by people, shown, on record, and found."""

from datetime import timedelta
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser

from dashboard.audit.models import AuditEntry
from investigate.models import MessageTag
from tests.investigate.fake_api import NOW, message
from tests.investigate.search.test_search_language import all_steps, subjects


@pytest.fixture
def letters(api):
    """Return messages of the last weeks, the newest first, and the oldest the 700th."""
    made = [message(number, scanned_at=NOW - timedelta(hours=number)) for number in range(1, 700)]
    api.add(*made)
    return made


def url(letter, what: str = "") -> str:
    return f"/investigate/messages/{letter['id']}/{what}"


def text(response) -> str:
    return unescape(response.content.decode())


def tag(client, letter, name: str, what: str = "tag/"):
    return client.post(url(letter, what), {"tag": name, "next": "/investigate/"}, follow=True)


@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
def test_a_message_is_tagged_and_the_tag_taken_off(browse, letters, role):
    client = browse(role)
    assert "Tagged payroll." in text(tag(client, letters[0], " #PayRoll "))
    assert "has the tag payroll already" in text(tag(client, letters[0], "payroll"))
    page = LexborHTMLParser(text(client.get(url(letters[0]))))
    assert page.css_first(".tag-chip a").attributes["href"] == "/investigate/?q=tag:payroll"
    link = LexborHTMLParser(text(client.get("/investigate/"))).css_first(f'a[href$="message={letters[0]["id"]}"]')
    assert "payroll" in link.parent.css_first(".row-team").text()
    assert "is off it" in text(tag(client, letters[0], "payroll", "untag/"))
    assert "does not have that tag" in text(tag(client, letters[0], "payroll", "untag/"))
    assert not MessageTag.objects.exists()
    trail = list(AuditEntry.objects.filter(object_id=letters[0]["id"], action__startswith="tag").order_by("id"))
    assert [(one.action, one.username, one.detail["tag"]) for one in trail] == [
        ("tag_add", f"a-{role}", "payroll"),
        ("tag_remove", f"a-{role}", "payroll"),
    ]


def test_whoever_may_not_note_may_not_tag(browse, letters):
    client = browse("read_only")
    assert client.post(url(letters[0], "tag/"), {"tag": "x"}).status_code == 403
    assert client.post("/investigate/tag/", {"ids": letters[0]["id"], "tag": "x", "do": "add"}).status_code == 403
    assert not MessageTag.objects.exists()
    assert 'name="tag"' not in text(client.get(url(letters[0])))


@pytest.mark.parametrize("name", ["", "two words", "x" * 41, 'quo"te', "star*", "a,b", "(x)", "nul\0"])
def test_a_tag_that_is_none_is_refused(analyst, letters, name):
    tag(analyst, letters[0], name)
    assert not MessageTag.objects.exists()


def test_selected_messages_are_tagged_after_a_question(analyst, letters):
    ids = [one["id"] for one in letters[:3]]
    asked = analyst.post("/investigate/tag/", {"ids": ids, "next": "/investigate/?query=x"})
    assert "Tag 3 messages" in text(asked)
    assert not MessageTag.objects.exists()
    wrong = analyst.post("/investigate/tag/", {"ids": ids, "do": "add", "tag": "two words"})
    assert (wrong.status_code, MessageTag.objects.count()) == (422, 0)
    done = analyst.post("/investigate/tag/", {"ids": ids, "do": "add", "tag": "Wave", "next": "/investigate/?query=x"})
    assert done["Location"] == "/investigate/?query=x"
    assert MessageTag.objects.filter(tag="wave").count() == 3
    assert "3 of 3 got the tag wave" in text(analyst.get("/investigate/"))
    analyst.post("/investigate/tag/", {"ids": ids[:2], "do": "remove", "tag": "wave"})
    assert [one.message_id for one in MessageTag.objects.all()] == ids[2:]
    assert AuditEntry.objects.filter(action="tag_remove").count() == 2
    assert "At most 1,000" in text(
        analyst.post("/investigate/tag/", {"ids": [str(n) for n in range(1001)]}, follow=True)
    )


def test_the_search_finds_tagged_mail_near_its_times_only(analyst, api, letters):
    for number in (5, 6, 500):
        tag(analyst, letters[number], "wave")
    api.requests.clear()
    page = all_steps(analyst, "/investigate/?query=tag:wave")
    assert subjects(page) == ["Subject 6", "Subject 7", "Subject 501"]
    assert "the times at which tagged mail came: complete" in page
    assert len([one for one in api.requests if one.url.path.endswith("/investigate")]) <= 4


def test_a_tag_joins_with_other_terms(analyst, api, letters):
    for number in (5, 6):
        tag(analyst, letters[number], "wave")
    assert subjects(all_steps(analyst, '/investigate/?query=tag:wave subject:"subject 7"')) == ["Subject 7"]
    assert subjects(all_steps(analyst, "/investigate/?query=tag:none")) == []
    either = subjects(all_steps(analyst, '/investigate/?query=(tag:wave OR subject:"subject 9")'))
    assert either == ["Subject 6", "Subject 7", "Subject 9"]
    without = subjects(all_steps(analyst, "/investigate/?query=NOT tag:wave"))
    assert "Subject 6" not in without
    assert "Subject 5" in without


def test_an_id_without_a_time_makes_the_search_walk_all(analyst, api, letters):
    odd = message(800, id="no-time-in-it", subject="Subject 800", scanned_at=NOW - timedelta(days=20))
    api.add(odd)
    tag(analyst, odd, "wave")
    page = all_steps(analyst, "/investigate/?query=tag:wave")
    assert subjects(page) == ["Subject 800"]
    assert "of this range: complete" in page


def test_a_tag_that_can_be_none_is_an_error_in_the_bar(analyst, letters):
    page = analyst.get("/investigate/", {"q": "tag:wa*ve"})
    assert "A tag is one word" in text(page)

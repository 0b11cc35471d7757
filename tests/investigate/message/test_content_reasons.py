"""A reason before content is shown, where the setting asks for one."""

import pytest

from dashboard.audit.models import AuditEntry
from investigate.message import content_reasons
from tests.investigate.console import htmx
from tests.investigate.fake_api import held

ASKS = "Why do you look at its content?"


def added(api, number):
    message = held(number)
    api.add(message)
    return message


@pytest.fixture
def letter(api, settings):
    settings.GATEHOUSE_ASK_REASON = True
    return added(api, 1)


def url(letter, tab=""):
    return f"/investigate/messages/{letter['id']}/{tab}"


def give(client, letter, reason="A user reported it", tab="headers/"):
    return client.post(url(letter, "reason/"), {"reason": reason, "next": url(letter, tab)})


@pytest.mark.parametrize("tab", ["preview/", "headers/", "links/", "attachments/", "trace/", "raw/"])
def test_content_is_shown_after_a_reason_only(analyst, letter, api, tab):
    asked = len(api.requests)
    page = analyst.get(url(letter, tab)).content.decode()
    assert ASKS in page
    assert len(api.requests) == asked + 1  # The message itself, which the list shows too.
    assert give(analyst, letter, tab=tab)["Location"] == url(letter, tab)
    assert ASKS not in analyst.get(url(letter, tab)).content.decode()
    entry = AuditEntry.objects.get(action="content_reason")
    assert (entry.username, entry.object_id, entry.detail) == (
        "a-analyst",
        letter["id"],
        {"reason": "A user reported it"},
    )


def test_it_is_asked_for_beside_a_list_too(analyst, letter):
    here = f"/investigate/?message={letter['id']}"
    page = analyst.get(url(letter, "headers/"), headers=htmx(here)).content.decode()
    assert ASKS in page
    assert f'name="next" value="{here}&amp;tab=headers"' in page
    assert ASKS in analyst.get(f"{here}&tab=headers").content.decode()


@pytest.mark.parametrize(("file", "tab"), [("preview.png", "preview/"), ("raw.eml", "raw/"), ("raw.zip", "raw/")])
def test_no_file_comes_without_a_reason(analyst, letter, api, file, tab):
    refused = analyst.get(url(letter, file))
    assert refused["Location"] == url(letter, tab)
    assert not api.requests
    give(analyst, letter)
    assert analyst.get(url(letter, file)).status_code == 200


def test_the_lists_and_what_was_found_need_no_reason_and_name_no_content(analyst, letter):
    for tab in ("", "activity/"):
        assert ASKS not in analyst.get(url(letter, tab)).content.decode()
    page = analyst.get(url(letter, "detections/")).content.decode()
    assert ASKS not in page
    assert url(letter, "links/") not in page.partition('class="mail-panel"')[2]


@pytest.mark.parametrize("reason", ["", "    ", "x", "y" * 501], ids=["none", "blank", "short", "long"])
def test_a_reason_that_is_none_opens_nothing(analyst, letter, reason):
    give(analyst, letter, reason)
    assert ASKS in analyst.get(url(letter, "headers/")).content.decode()
    assert not AuditEntry.objects.filter(action="content_reason").exists()


def test_a_reason_is_for_one_message_one_session_and_an_hour(analyst, browse, api, letter, monkeypatch):
    other = added(api, 2)
    give(analyst, letter)
    assert ASKS in analyst.get(url(other, "headers/")).content.decode()
    assert ASKS in browse("analyst").get(url(letter, "headers/")).content.decode()
    monkeypatch.setattr(content_reasons, "SECONDS", -1)
    assert ASKS in analyst.get(url(letter, "headers/")).content.decode()


def test_a_session_remembers_so_many_reasons_and_forgets_the_oldest(analyst, api, letter, monkeypatch):
    monkeypatch.setattr(content_reasons, "MOST_MESSAGES", 2)
    newer = [added(api, number) for number in (2, 3)]
    for each in (letter, *newer):
        give(analyst, each)
    asked = [ASKS in analyst.get(url(each, "headers/")).content.decode() for each in (letter, *newer)]
    assert asked == [True, False, False]


def test_without_the_setting_nothing_is_asked(analyst, letter, settings):
    settings.GATEHOUSE_ASK_REASON = False
    assert ASKS not in analyst.get(url(letter, "headers/")).content.decode()

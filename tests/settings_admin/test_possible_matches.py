"""Possible matches: which recent messages a content policy would match, with which words, before it is saved."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.audit.models import AuditEntry
from settings_admin.entries.api import Policies
from settings_admin.kinds import CONTENT_POLICIES
from settings_admin.replay import possible_matches
from tests.gateway.mails import stored
from tests.settings_admin.test_entry_edit import form_of, text

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
ADDRESS = "/policies/content-policies/matches/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def fields(pattern="gift cards?", *targets, **more):
    return {"pattern": pattern, "targets": targets or ("SUBJECT",), **more}


@pytest.fixture
def mail(api):
    """Six messages, the newest first: numbers 0 to 5."""
    now = datetime.now(UTC)
    bodies = {1: "Please buy GIFT CARDS today", 4: "<b>gift</b> card"}
    for number in range(6):
        stored(
            subject=f"Gift card {number}" if number % 2 == 0 else f"Lunch {number}",
            body=bodies.get(number, "See you."),
            scanned_at=now - timedelta(hours=number),
        )
    api.requests.clear()


def raws(api):
    return [request for request in api.requests if request.url.path.endswith("/raw")]


def test_subjects_are_looked_at_step_by_step_and_words_are_shown(admin, mail, api, monkeypatch):
    monkeypatch.setattr(possible_matches, "SUBJECTS_A_STEP", 4)
    page = admin.post(ADDRESS, fields(), **HTMX)
    shown = text(page)
    assert "<html" not in shown
    assert "<strong>2</strong> of messages 1 to 4, counted from the newest, match." in shown
    assert '<span class="token">gift card</span> <span class="muted">2</span>' in shown
    assert "subject: <mark>Gift card</mark>" in shown
    assert ("Gift card 2" in shown, "Gift card 4" in shown) == (True, False)
    assert len(api.requests) == 1
    further = shown.partition('name="further" value="')[2].partition('"')[0]
    shown = text(admin.post(ADDRESS, fields(further=further), **HTMX))
    assert "<strong>1</strong> of messages 5 to 6" in shown
    assert ("Gift card 4" in shown, 'name="further"' in shown) == (True, False)
    assert list(Policies(CONTENT_POLICIES).everything()) == []
    assert admin.post(ADDRESS, fields(further=further[:-1] + "x"), **HTMX).status_code == 404


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("Your <b>GIFT card</b> waits", "Your text would match with <mark>GIFT card</mark>."),
        ("Your voucher waits", "Your text would not match."),
    ],
)
def test_a_text_of_ones_own_is_tried_too_and_stays_in_the_form(admin, api, sample, said):
    page = admin.post(ADDRESS, fields(sample=sample))
    assert said in text(page)
    assert form_of(page, "/new/")["sample"] == [sample]
    assert "Your text" not in text(admin.post(ADDRESS, fields(sample=" "), **HTMX))


def test_steps_have_an_end(admin, mail, monkeypatch):
    monkeypatch.setattr(possible_matches, "SUBJECTS_A_STEP", 2)
    monkeypatch.setattr(possible_matches, "STEPS_AT_MOST", 1)
    shown = text(admin.post(ADDRESS, fields(), **HTMX))
    assert 'name="further"' not in shown
    assert "There is older mail." in shown


def test_a_body_shows_its_words_to_whoever_may_see_content_and_the_trail_says_so(browse, mail, api, settings):
    asked = fields("gift cards?", "BODY", "SUBJECT")
    shown = text(browse("admin").post(ADDRESS, asked, **HTMX))
    assert "<strong>4</strong> of messages 1 to 6" in shown
    assert "The bodies of 6 were read." in shown
    assert "body: <mark>GIFT CARDS</mark>" in shown
    assert len(raws(api)) == 6
    trail = AuditEntry.objects.filter(action="raw_view")
    assert [row.detail["words that match"] for row in trail] == ["gift cards?"]
    shown = text(browse("policy_admin").post(ADDRESS, asked, **HTMX))
    assert "<strong>4</strong> of messages 1 to 6" in shown
    assert ("GIFT CARDS" in shown, "gift cards</span>" in shown) == (False, False)
    assert "Words of bodies are content of mail" in shown
    settings.GATEHOUSE_ASK_REASON = True
    assert "GIFT CARDS" not in text(browse("admin").post(ADDRESS, asked, **HTMX))
    assert trail.count() == 1


def test_a_body_that_could_not_be_read_is_never_called_clean(admin, mail, api, monkeypatch):
    from tests.settings_admin.gateway_api import refusal

    api.fail("GET", "/raw$", refusal(404, "gone"), times=2)
    shown = text(admin.post(ADDRESS, fields("gift", "BODY"), **HTMX))
    assert "The bodies of 4 were read; those of 2 were not, so these may match too." in shown
    monkeypatch.setattr(possible_matches, "SECONDS_FOR_BODIES", -1.0)
    shown = text(admin.post(ADDRESS, fields("gift", "BODY"), **HTMX))
    assert "The bodies of 0 were read; those of 6 were not" in shown


def test_without_scripts_the_form_comes_back_whole_with_the_matches(admin, mail, make):
    typed = fields(name="gifts", notes="from Ann", exact_words="on", enabled="on")
    page = admin.post(ADDRESS, typed)
    assert page.status_code == 200
    assert "<strong>3</strong> of messages 1 to 6" in text(page)
    back = form_of(page, "/new/")
    assert (back["pattern"], back["notes"], back["exact_words"]) == (["gift cards?"], ["from Ann"], ["on"])
    known = make(CONTENT_POLICIES, 1)
    page = admin.post(f"/policies/content-policies/entries/{known.id}/matches/", typed)
    assert "<strong>3</strong> of messages 1 to 6" in text(page)
    assert form_of(page)["notes"] == ["from Ann"]


def test_a_bad_expression_and_another_kind_ask_the_api_for_nothing(admin, browse, api):
    shown = text(admin.post(ADDRESS, fields("gift("), **HTMX))
    assert "missing ), at character 5" in shown
    assert admin.post(ADDRESS, fields("gift(s)")).status_code == 422
    assert admin.post("/policies/blocked-senders/matches/", fields(), **HTMX).status_code == 404
    assert browse("analyst").post(ADDRESS, fields(), **HTMX).status_code == 403
    assert api.requests == []


def test_words_of_a_stranger_are_escaped_and_cut(admin, api):
    stored(subject="<script>alert(1)</script> \u202egift " + "y" * 900, scanned_at=datetime.now(UTC))
    shown = admin.post(ADDRESS, fields(".*"), **HTMX).content.decode()
    assert "<script>" not in shown
    assert "\u202e" not in shown
    assert "y" * 120 not in shown

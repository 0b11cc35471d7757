"""Pages that recipients open: what is held for them, and how often they are told. Links are one person's alone."""

import re

import pytest
from django.test import Client

from dashboard.audit.models import AuditEntry
from investigate.digests.links import choice_url, item_token, list_url
from investigate.digests.models import HeldCopy
from tests.investigate.digests.conftest import ANNA, mails, make, person, read, spam

pytestmark = pytest.mark.django_db
BO = "bo@team.example"


def path(url: str) -> str:
    return url.removeprefix("http://testserver")


@pytest.fixture
def told(digests):
    digests.add(spam(1), spam(2, (BO,)), spam(3, final_disposition="MALICIOUS"))
    read()
    make()
    return digests


def test_the_list_shows_what_is_held_for_this_person_alone(told):
    page = Client().get(path(list_url(person().pk))).content.decode()
    assert "Subject 1" in page
    assert "Subject 3" in page
    assert "Subject 2" not in page
    assert page.count("/held/ask/") == 1


def test_answers_are_kept_out_of_caches_searches_and_logs(told, caplog):
    for url in (path(list_url(person().pk)), path(choice_url(person().pk)), "/held/list/none/"):
        answer = Client().get(url)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "/held/" not in caplog.text


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: "a" * 400, lambda t: "\u202e"])
def test_a_token_that_was_altered_opens_nothing(told, change):
    token = path(list_url(person().pk)).split("/")[-2]
    assert Client().get(f"/held/list/{change(token)}/").status_code == 404


def test_a_token_of_one_kind_opens_nothing_of_another(told):
    token = path(choice_url(person().pk)).split("/")[-2]
    assert Client().get(f"/held/list/{token}/").status_code == 404


def test_a_token_with_another_persons_number_is_none(told):
    theirs = HeldCopy.objects.get(person__address=BO)
    assert Client().get(f"/held/ask/{item_token(theirs.pk, person().pk)}/").status_code == 410


def test_links_stay_good_after_the_key_was_changed(told, settings):
    url = path(list_url(person().pk))
    settings.SECRET_KEY, old = "another key " * 6, settings.SECRET_KEY
    assert Client().get(url).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Client().get(url).status_code == 200


def test_a_person_chooses_and_is_told_of_it(told):
    url = path(choice_url(person().pk))
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(url)
    assert browser.post(url, {"frequency": "never"}).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.content.decode()).group(1)
    values = {"frequency": "never", "language": "de", "time_zone": "Europe/Berlin", "csrfmiddlewaretoken": token}
    assert browser.post(url, values).status_code == 302
    assert (person().frequency, person().language, person().time_zone) == ("never", "de", "Europe/Berlin")
    assert "nie" in mails(template="digest-choice")[0]["text"]
    entry = AuditEntry.objects.get(action="digest_choice")
    assert (entry.username, entry.user_id) == (f"recipient: {ANNA}", None)
    assert "Wie oft" in browser.get(url).content.decode()


def test_a_choice_that_makes_no_sense_changes_nothing(told):
    url = path(choice_url(person().pk))
    assert Client().post(url, {"frequency": "hourly"}).status_code == 422
    assert person().frequency == ""


def test_who_asks_too_often_has_to_wait(told):
    url = path(choice_url(person().pk))
    browser = Client()
    statuses = [browser.post(url, {"frequency": "daily"}).status_code for _ in range(12)]
    assert statuses[0] == 302
    assert statuses[-1] == 429
    assert len(mails(template="digest-choice")) == 1

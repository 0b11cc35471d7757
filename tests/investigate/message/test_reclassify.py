"""Asking for another verdict."""

import base64
import json

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job
from tests.investigate.fake_api import held, message, refusal


@pytest.fixture
def letter(api):
    made = held(1)
    api.add(made)
    return made


def url(letter) -> str:
    return f"/investigate/messages/{letter['id']}/reclassify/"


def entries():
    found = AuditEntry.objects.filter(action="reclassify", follows=None).order_by("-id")
    return [(entry.username, entry.final_outcome, entry.final_detail) for entry in found]


@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
def test_everyone_with_a_role_may_ask(browse, letter, api, role):
    response = browse(role).post(url(letter), {"disposition": "SPAM", "next": "/investigate/?query=x&message=y"})
    assert response.status_code == 302
    assert response["Location"] == "/investigate/?query=x&message=y"
    assert json.loads(api.requests[-1].content)["expected_disposition"] == "SPAM"
    assert entries() == [(f"a-{role}", "done", {"asked": "SPAM"})]


def test_a_stranger_may_not(browse, letter, api):
    response = browse("anonymous").post(url(letter), {"disposition": "SPAM"})
    assert response["Location"].startswith("/accounts/login/")
    assert not api.requests


def test_it_takes_a_post(analyst, letter):
    assert analyst.get(url(letter)).status_code == 405


def test_what_is_no_verdict_is_not_asked_for(analyst, letter, api):
    response = analyst.post(url(letter), {"disposition": "EVIL"}, follow=True)
    assert "Choose one of the verdicts." in response.content.decode()
    assert not [request for request in api.requests if request.method == "POST"]
    assert entries() == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_never_leads_elsewhere(analyst, letter, elsewhere):
    response = analyst.post(url(letter), {"disposition": "SPAM", "next": elsewhere})
    assert response["Location"] == f"/investigate/messages/{letter['id']}/"


def test_a_refusal_is_told_and_written_down(analyst, letter, api):
    api.broken["POST reclassify"] = refusal(400, "Too old.")
    response = analyst.post(url(letter), {"disposition": "SPAM"})
    assert response.status_code == 400
    assert "Too old." in response.content.decode()
    assert entries() == [("a-analyst", "failed", {"asked": "SPAM", "error": "BadRequest"})]


def test_a_lost_answer_is_unknown_and_offers_no_retry(analyst, letter, api):
    api.broken["POST reclassify"] = httpx.ReadTimeout("lost")
    response = analyst.post(url(letter), {"disposition": "SPAM"})
    assert response.status_code == 504
    assert "Nobody knows yet whether that happened" in response.content.decode()
    assert "Try again<" not in response.content.decode()
    assert entries() == [("a-analyst", "unknown", {"asked": "SPAM", "error": "OutcomeUnknown"})]


def test_the_verdict_that_it_has_already_is_not_offered(analyst, letter):
    page = analyst.get(f"/investigate/messages/{letter['id']}/").content.decode()
    assert 'name="disposition" value="SPAM"' in page
    assert 'name="disposition" value="MALICIOUS"' not in page


@pytest.fixture
def clean(api):
    made = message(2)
    api.add(made)
    api.raws[made["id"]] = b"From: a@other.example\r\n\r\nHello"
    return made


def test_clean_mail_goes_with_its_source_uploaded(browse, clean, api):
    page = browse("reviewer").get(f"/investigate/messages/{clean['id']}/").content.decode()
    assert 'name="eml"' in page
    assert 'name="source"' not in page
    eml = SimpleUploadedFile("mail.eml", b"Subject: caf\xe9\r\n\r\nHello")
    browse("reviewer").post(url(clean), {"disposition": "SPAM", "eml": eml})
    sent = json.loads(api.requests[-1].content)
    assert base64.b64decode(sent["eml_content"]) == b"Subject: caf\xe9\r\n\r\nHello"
    assert entries()[-1][2] == {"asked": "SPAM", "eml_bytes": 22}


def test_clean_mail_can_go_with_the_source_that_the_api_has(browse, clean, api):
    browse("analyst").post(url(clean), {"disposition": "SPAM", "source": "on"})
    assert base64.b64decode(json.loads(api.requests[-1].content)["eml_content"]) == api.raws[clean["id"]]
    assert AuditEntry.objects.filter(action="raw_download", outcome="done").exists()
    assert browse("reviewer").post(url(clean), {"disposition": "SPAM", "source": "on"}).status_code == 403


@pytest.mark.parametrize(("content", "said"), [(b"MZ\x90\x00", "does not begin as a message"), (b"", "file is empty")])
def test_what_is_no_mail_is_refused(analyst, clean, api, content, said):
    response = analyst.post(url(clean), {"disposition": "SPAM", "eml": SimpleUploadedFile("x", content)}, follow=True)
    assert said in response.content.decode()
    assert not [request for request in api.requests if request.method == "POST"]


@pytest.mark.parametrize(("role", "allowed"), [("reviewer", False), ("analyst", True)])
def test_releasing_as_well_needs_the_right_to_release(browse, letter, api, role, allowed):
    page = browse(role).get(f"/investigate/messages/{letter['id']}/").content.decode()
    assert ('name="release"' in page) is allowed
    answer = browse(role).post(url(letter), {"disposition": "NONE", "release": "on"})
    assert answer.status_code == (302 if allowed else 403)
    assert Job.objects.filter(action="release", size=1, reason="Submitted for review as Clean").count() == allowed
    assert AuditEntry.objects.filter(action="job_create").count() == allowed
    asked = [request for request in api.requests if request.url.path.endswith("/reclassify")]
    assert len(asked) == allowed


def test_such_a_release_waits_for_a_second_person_where_releases_do(analyst, letter, settings):
    settings.GATEHOUSE_APPROVALS = {"release": 1}
    page = analyst.post(url(letter), {"disposition": "NONE", "release": "on"}, follow=True).content.decode()
    assert "Its release waits for a second person." in page
    assert Job.objects.get().state == "awaiting"


def test_what_is_called_harmful_is_not_released(analyst, letter):
    analyst.post(url(letter), {"disposition": "MALICIOUS", "release": "on"})
    assert not Job.objects.exists()

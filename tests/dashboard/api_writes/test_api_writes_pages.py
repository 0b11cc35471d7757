"""Writes by API that wait: another person than whoever has the token decides, and all of it is on record."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.account_links.models import AccountLink
from dashboard.api_writes.tasks import count_waiting
from dashboard.audit.models import AuditEntry
from dashboard.people.services import people_ensure
from gateway.bulk.running import run
from gateway.bulk.tasks import settle_requests
from gateway.models import ActionLog, WriteRequest
from tests.dashboard.api_tokens.conftest import PASSWORD
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
API = f"/client/v4/accounts/{ACCOUNT}/email-security"
FORM = {"name": "soar", "scope": "write", "rights": ["search", "move", "purge"], "expires_at": "", "networks": ""}


def text(answer) -> str:
    return unescape(answer.content.decode())


def person(name: str, role: str = "analyst") -> Client:
    people_ensure(username=name, password=PASSWORD, role=role)
    client = Client()
    assert client.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def secret(admin) -> str:
    return re.search(r"gatehouse_[0-9A-Za-z]{38}", text(admin.post("/team/tokens/new/", FORM)))[0]


@pytest.fixture
def asked(secret) -> WriteRequest:
    """A purge that the token has asked for."""
    body = {"destination": "RecoverableItemsPurges", "ids": [stored(subject="Invoice 4471").investigate_id]}
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Client().post(f"{API}/investigate/move", body, content_type="application/json", headers=headers)
    assert answer.status_code == 202
    return WriteRequest.objects.using("gateway").get()


def page(asked: WriteRequest) -> str:
    return f"/jobs/api-writes/{asked.pk}/"


def state(asked: WriteRequest) -> str:
    asked.refresh_from_db()
    return asked.state


def trail() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.filter(follows=None, object_kind__in=["api_request", "message"]).order_by("id")
    return [(entry.username, entry.action, entry.final_outcome) for entry in found]


def test_a_second_person_sees_what_is_asked_for_and_approves_it(asked):
    other = person("grace")
    assert "nav-badge" not in text(other.get("/jobs/"))
    count_waiting()
    assert re.search(r'nav-badge">1<.*waiting for approval', text(other.get("/")))
    assert "<strong>1</strong> waits for a second person" in text(other.get("/jobs/"))
    assert "Invoice 4471" in text(other.get(page(asked)))
    assert "Move 1 message to Purged items" in text(other.get("/jobs/api-writes/"))
    answer = other.post(f"{page(asked)}approve/", follow=True)
    assert "The gateway carries it out now." in text(answer)
    assert "nav-badge" not in text(answer)
    run(asked.job_id)
    settle_requests()
    assert (state(asked), asked.decided_by) == ("done", "grace")
    assert ActionLog.objects.using("gateway").get().status == "moved"
    assert "1 successful" in text(other.get(page(asked)))
    assert "Nothing waits." in text(other.get("/jobs/api-writes/"))
    assert trail() == [
        ("token:soar", "api_write", "waiting"),
        ("grace", "api_request_approve", "done"),
        ("token:soar", "api_request_finish", "done"),
    ]


def test_whoever_made_or_rotated_the_token_decides_nothing(asked, admin):
    second = person("grace", "admin")
    assert second.post(f"/team/tokens/{asked.token_id}/rotate/", {"grace_hours": "24"}).status_code == 200
    for client in (admin, second):
        assert "somebody else has to decide" in text(client.get(page(asked)))
        for decision in ("approve", "refuse"):
            assert "Somebody else has to decide." in text(client.post(f"{page(asked)}{decision}/", follow=True))
    assert state(asked) == "waiting"


def test_neither_does_an_account_that_may_be_theirs(asked):
    other = person("grace")
    ada, grace = User.objects.get(username="ada"), User.objects.get(username="grace")
    AccountLink.objects.create(user=grace, maker=ada, how=AccountLink.How.INVITED)
    assert "Somebody else has to decide." in text(other.post(f"{page(asked)}approve/", follow=True))
    assert state(asked) == "waiting"
    other = person("joan")
    other.post(f"{page(asked)}refuse/")
    assert (state(asked), asked.decided_by) == ("refused", "joan")
    assert ("joan", "api_request_refuse", "done") in trail()


def test_a_decision_that_comes_too_late_changes_nothing_and_is_said(asked):
    first, second = person("grace"), person("joan")
    first.post(f"{page(asked)}refuse/")
    assert "does not wait any more" in text(second.post(f"{page(asked)}approve/", follow=True))
    assert state(asked) == "refused"
    assert ("joan", "api_request_approve", "failed") in trail()


def test_what_expires_is_on_record(asked, settings):
    WriteRequest.objects.using("gateway").update(expires_at=asked.requested_at)
    settle_requests()
    settle_requests()
    assert trail()[1:] == [("", "api_request_expire", "done")]


def test_another_api_has_no_such_page(asked, settings):
    other = person("grace")
    settings.GATEWAY_EMBEDDED = False
    assert other.get("/jobs/api-writes/").status_code == 404
    assert other.get(page(asked)).status_code == 404
    assert other.post(f"{page(asked)}approve/").status_code == 404
    assert "api-writes" not in text(other.get("/jobs/"))

"""The page of the API tokens: made with a secret that is shown once, narrowed, rotated, revoked, on record."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.audit.models import AuditEntry
from gateway.models import Token
from tests.dashboard.api_tokens.conftest import PASSWORD
from tests.gateway.conftest import ACCOUNT
from tests.signing_in import prove

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
FORM = {"name": "siem", "scope": "read", "rights": ["search", "content"], "expires_at": "90", "networks": "127.0.0.1"}
API = f"/client/v4/accounts/{ACCOUNT}/email-security/investigate"


def text(answer) -> str:
    return unescape(answer.content.decode())


def secret_in(answer) -> str:
    return re.search(r"gatehouse_[0-9A-Za-z]{38}", text(answer))[0]


def row(name: str = "siem") -> Token:
    return Token.objects.using("gateway").get(name=name)


def works(secret: str) -> int:
    return Client().get(API, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_made_and_its_secret_is_shown_once(admin):
    answer = admin.post("/team/tokens/new/", FORM)
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    assert works(secret) == 200
    assert (row().rights, row().networks, row().created_by) == (["search", "content"], ["127.0.0.1/32"], "ada")
    assert "gatehouse_" not in text(admin.get("/team/tokens/"))
    (made,) = AuditEntry.objects.filter(action="token_create", follows=None)
    assert (made.username, made.object_id, made.final_outcome) == ("ada", "siem", "done")
    assert not any(secret in str(entry.detail) for entry in AuditEntry.objects.all())


def test_what_the_api_refuses_stands_at_its_field(admin):
    answer = admin.post("/team/tokens/new/", FORM | {"rights": ["move"], "networks": "127.0.0.1"})
    assert answer.status_code == 422
    assert "The right move needs the scope write." in text(answer)
    answer = admin.post("/team/tokens/new/", FORM | {"networks": "nowhere"})
    assert "Not an address or a network such as 192.0.2.0/24: nowhere" in text(answer)
    assert not Token.objects.using("gateway").filter(name="siem").exists()
    assert [entry.final_outcome for entry in AuditEntry.objects.filter(follows=None, action="token_create")] == [
        "failed",
        "failed",
    ]


def test_a_token_is_narrowed_rotated_and_revoked(admin):
    secret = secret_in(admin.post("/team/tokens/new/", FORM))
    page = f"/team/tokens/{row().pk}/"
    assert "Narrow" in text(admin.get(page))
    narrowed = {"scope": "read", "rights": ["search"], "expires_at": "", "networks": "127.0.0.1/32"}
    assert admin.post(page, narrowed).status_code == 302
    assert row().rights == ["search"]
    assert "beyond those that it has" in text(admin.post(page, narrowed | {"networks": ""}))
    newer = secret_in(admin.post(f"{page}rotate/", {"grace_hours": "0"}))
    assert [works(each) for each in (secret, newer)] == [401, 200]
    admin.post(f"{page}revoke/")
    assert works(newer) == 401
    assert "rotate/" not in text(admin.get(page))
    seen = AuditEntry.objects.filter(object_kind="token", follows=None).order_by("id").values_list("action", flat=True)
    assert list(seen) == ["token_create", "token_narrow", "token_narrow", "token_rotate", "token_revoke"]


def test_the_consoles_own_token_is_not_revoked_by_mistake(admin):
    page = f"/team/tokens/{row('console').pk}/"
    shown = text(admin.get(page))
    assert "revoke/" not in shown
    assert "Narrow it" not in shown
    admin.post(f"{page}revoke/")
    assert row("console").revoked_at is None
    answer = admin.post(f"{page}rotate/", {"grace_hours": "24"}, follow=True)
    assert "The console has a new secret" in text(answer)
    assert "gatehouse_" not in text(answer)
    assert admin.get("/team/tokens/").status_code == 200


def test_the_password_is_asked_for_again(admin):
    prove(admin, User.objects.get(username="ada"), seconds_ago=10_000)
    assert admin.get("/team/tokens/").status_code == 200
    answer = admin.post("/team/tokens/new/", FORM)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Token.objects.using("gateway").filter(name="siem").exists()
    assert admin.post(answer["Location"], {"password": PASSWORD}).status_code == 302
    assert works(secret_in(admin.post("/team/tokens/new/", FORM))) == 200


def test_a_token_of_people_manages_no_tokens(admin):
    secret = secret_in(admin.post("/team/tokens/new/", FORM | {"scope": "write", "rights": ["search", "policies"]}))
    path = API.replace("/investigate", "/gatehouse/tokens")
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get(path, headers=headers).status_code == 403
    body = {"name": "more", "scope": "write"}
    assert Client().post(path, body, content_type="application/json", headers=headers).status_code == 403


def test_another_api_has_no_page_of_tokens(admin, settings):
    settings.GATEHOUSE_API_TRANSPORT = ""
    assert admin.get("/team/tokens/").status_code == 404
    assert "/team/tokens/" not in text(admin.get("/team/"))

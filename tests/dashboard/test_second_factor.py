"""Second factors: apps with codes and recovery codes; tests/stack has the passkeys, which need a browser."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from dashboard.audit.models import AuditEntry
from dashboard.environment import choices
from dashboard.people.models import PersonSession
from dashboard.people.services import people_ensure
from tests.investigate.console import PASSWORD, htmx

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(api):
    return people_ensure(username="anna", password=PASSWORD, role="analyst")[0]


def code_of(secret: str) -> str:
    """Return the code that an app shows now, which was not used before."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def entered() -> Client:
    """Return a browser in which the password was right."""
    client = Client()
    assert client.post("/accounts/login/", {"login": "anna", "password": PASSWORD}).status_code == 302
    return client


def set_up(client) -> tuple[str, list[str]]:
    """Set up an app. Return its secret and the recovery codes."""
    page = client.get("/accounts/2fa/app/activate/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    secret = re.search(r'Key: <span class="token">(\w+)<', page)[1]
    assert client.post("/accounts/2fa/app/activate/", {"code": "000000"}).status_code == 200
    done = client.post("/accounts/2fa/app/activate/", {"code": code_of(secret)}, follow=True).content.decode()
    return secret, re.findall(r'<li class="token">(\d+)</li>', done)


def test_with_an_app_the_password_alone_opens_nothing(anna, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        secret, _codes = set_up(entered())
    client = entered()
    assert client.get("/investigate/").status_code == 302
    assert "Enter the code" in client.get("/accounts/2fa/authenticate/").content.decode()
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    assert client.get("/investigate/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/investigate/").status_code == 200
    trail = AuditEntry.objects.filter(action__startswith="second_factor").order_by("id")
    assert sorted((entry.action, entry.detail["kind"]) for entry in trail) == [
        ("second_factor_add", "app"),
        ("second_factor_add", "recovery codes"),
        ("second_factor_failed", "app"),
    ]
    assert AuditEntry.objects.filter(action="sign_in", username="anna").count() == 2


def test_a_factor_whose_entry_cannot_be_written_is_not_set_up_nor_removed(anna):
    def full(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "dashboard_auditentry"'):
            raise OperationalError("no room")
        return execute(sql, params, many, context)

    client = entered()
    client.raise_request_exception = False
    page = client.get("/accounts/2fa/app/activate/").content.decode()
    secret = re.search(r'Key: <span class="token">(\w+)<', page)[1]
    with connection.execute_wrapper(full):
        assert client.post("/accounts/2fa/app/activate/", {"code": code_of(secret)}).status_code == 500
    assert not Authenticator.objects.filter(user=anna).exists()
    assert client.post("/accounts/2fa/app/activate/", {"code": code_of(secret)}).status_code == 302
    before = list(Authenticator.objects.order_by("pk").values())
    with connection.execute_wrapper(full):
        assert client.post("/accounts/2fa/codes/generate/").status_code == 500
        assert client.post("/accounts/2fa/app/deactivate/").status_code == 500
    assert list(Authenticator.objects.order_by("pk").values()) == before
    assert client.post("/accounts/2fa/app/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=anna).exists()


def test_a_recovery_code_is_shown_once_and_good_once(anna):
    first = entered()
    _secret, codes = set_up(first)
    assert len(codes) == 10
    assert codes[0] not in first.get("/accounts/2fa/codes/").content.decode()
    for expected in (200, 302):
        client = entered()
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/investigate/").status_code == expected


def test_secrets_are_encrypted_in_the_database(anna, settings):
    secret, codes = set_up(entered())
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [before]
    client = Client()
    client.post("/accounts/login/", {"login": "anna", "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/account/").status_code == 200


def test_guessed_codes_have_an_end(anna):
    secret, _codes = set_up(entered())
    client = entered()
    cache.clear()
    for _ in range(6):
        page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "Too many" in page
    right = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    client.post("/accounts/2fa/authenticate/", {"code": right})
    assert client.get("/investigate/").status_code == 302


@pytest.mark.parametrize("address", ["app/activate/", "keys/add/"])
def test_setting_one_up_asks_for_the_password_again(anna, settings, address):
    client = entered()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    assert client.get(f"/accounts/2fa/{address}")["Location"].startswith("/accounts/reauthenticate/?next=")


def test_a_role_that_needs_one_sees_nothing_else_until_it_is_set_up(anna, settings):
    settings.GATEHOUSE_REQUIRE_SECOND_FACTOR = frozenset({"analyst"})
    client = entered()
    for address in ("/", "/investigate/", "/jobs/", "/account/", "/account/sessions/"):
        assert client.get(address)["Location"] == "/accounts/2fa/"
    assert client.get("/investigate/", headers=htmx())["HX-Redirect"] == "/accounts/2fa/"
    assert "Your role requires one" in client.get("/accounts/2fa/").content.decode()
    set_up(client)
    assert client.get("/investigate/").status_code == 200
    people_ensure(username="rita", password=PASSWORD, role="reviewer")
    other = Client()
    other.post("/accounts/login/", {"login": "rita", "password": PASSWORD})
    assert other.get("/investigate/").status_code == 200


def test_an_admin_takes_a_lost_factor_away(anna, browse):
    client = entered()
    set_up(client)
    admin = browse("admin")
    assert "Take 2nd factor away" in admin.get("/team/").content.decode()
    admin.post(f"/team/{anna.pk}/second-factor/")
    assert not Authenticator.objects.filter(user=anna).exists()
    assert not PersonSession.objects.filter(user=anna).exists()
    assert entered().get("/investigate/").status_code == 200
    entry = AuditEntry.objects.get(action="second_factor_take_away")
    assert (entry.username, entry.object_id, entry.detail) == ("a-admin", "anna", {"factors": 2})


def test_the_setting_names_roles_that_there_are(monkeypatch):
    monkeypatch.setenv("GATEHOUSE_REQUIRE_SECOND_FACTOR", "admin, emperor")
    with pytest.raises(ValueError, match="emperor"):
        choices("GATEHOUSE_REQUIRE_SECOND_FACTOR", ("admin", "analyst"))

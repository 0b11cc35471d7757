"""Single sign-on against a real provider: who gets in, with which role, and who doesn't."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.audit.models import AuditEntry
from dashboard.capabilities import role_of
from dashboard.environment import mapping, secure_url
from dashboard.people.models import PersonSession
from dashboard.people.services import people_ensure
from tests.investigate.console import PASSWORD
from tests.oidc_provider import Provider, running_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings, api) -> Provider:
    settings.GATEHOUSE_OIDC_ISSUER = running.url
    settings.GATEHOUSE_OIDC_ROLES = {"soc": "analyst", "soc-leads": "admin"}
    app = {"provider_id": "sso", "name": "Initech", "client_id": "gatehouse", "secret": "s3cret"}
    app["settings"] = {"server_url": running.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return running


def come(provider, subject, client=None, query=""):
    """Sign in through the provider, and return the browser and the answer to its coming back."""
    client = client or Client()
    out = client.get(f"/accounts/sso/login/{query}")
    assert out.status_code == 302
    assert out["Location"].startswith(f"{provider.url}/oauth2/authorize?")
    assert "code_challenge_method=S256" in out["Location"]
    back = provider.sign_in(out["Location"], subject)
    assert back.startswith("http://testserver/accounts/sso/callback/?")
    return client, client.get(back.removeprefix("http://testserver"))


def test_a_group_gives_the_role_at_the_first_sign_in(provider):
    provider.person("u-1", preferred_username="anna", email="anna@initech.example", groups=["staff", "soc"])
    client, answer = come(provider, "u-1", query="?next=/jobs/")
    assert answer["Location"] == "/jobs/"
    assert client.get("/jobs/").status_code == 200
    anna = User.objects.get(username="anna")
    assert (role_of(anna), anna.email, anna.has_usable_password()) == ("analyst", "anna@initech.example", False)
    trail = AuditEntry.objects.filter(object_id="anna").order_by("id").values_list("action", flat=True)
    assert list(trail) == ["person_create", "sign_in"]


def test_the_highest_role_counts_and_follows_the_groups(provider):
    provider.person("u-2", preferred_username="bo", groups=["soc", "soc-leads"])
    come(provider, "u-2")
    assert role_of(User.objects.get(username="bo")) == "admin"
    provider.person("u-2", preferred_username="bo", groups=["soc"])
    come(provider, "u-2")
    assert role_of(User.objects.get(username="bo")) == "analyst"
    changed = AuditEntry.objects.get(action="person_role")
    assert changed.detail == {"before": "admin", "role": "analyst", "by": "single sign-on"}


@pytest.mark.parametrize("claims", [{}, {"groups": ["staff"]}, {"groups": {"soc": True}}, {"groups": [["soc"]]}])
def test_who_has_no_mapped_group_gets_a_page_and_no_account(provider, claims):
    provider.person("u-3", preferred_username="eve", **claims)
    client, answer = come(provider, "u-3")
    assert answer.status_code == 403
    assert "You have no role here" in answer.content.decode()
    assert client.get("/investigate/").status_code == 302
    assert not User.objects.filter(username="eve").exists()
    assert AuditEntry.objects.get(action="sso_refused").object_id == "u-3"


def test_who_has_lost_the_group_is_out_of_every_session(provider):
    provider.person("u-4", preferred_username="dan", groups=["soc"])
    first, _answer = come(provider, "u-4")
    assert first.get("/investigate/").status_code == 200
    provider.person("u-4", preferred_username="dan", groups=[])
    _client, answer = come(provider, "u-4")
    assert answer.status_code == 403
    assert first.get("/investigate/").status_code == 302
    dan = User.objects.get(username="dan")
    assert role_of(dan) is None
    assert not PersonSession.objects.filter(user=dan).exists()


def test_nobody_becomes_somebody_of_the_same_name_or_address(provider):
    local, _ = people_ensure(username="admin", password=PASSWORD, role="admin")
    User.objects.filter(pk=local.pk).update(email="admin@initech.example")
    provider.person(
        "u-5", preferred_username="admin", email="admin@initech.example", email_verified=True, groups=["soc"]
    )
    client, _answer = come(provider, "u-5")
    assert client.session["_auth_user_id"] != str(local.pk)
    assert client.get("/team/").status_code == 403
    assert User.objects.get(pk=local.pk).check_password(PASSWORD)


def test_an_open_session_is_not_connected_with_a_providers_account(provider, browse):
    provider.person("u-6", preferred_username="fay", groups=["soc"])
    admin = browse("admin")
    _client, answer = come(provider, "u-6", client=admin, query="?process=connect")
    assert answer["Location"] == "/account/"
    assert not User.objects.get(username="a-admin").socialaccount_set.exists()


def test_somebody_who_was_deactivated_stays_out(provider):
    provider.person("u-7", preferred_username="gil", groups=["soc"])
    come(provider, "u-7")
    User.objects.filter(username="gil").update(is_active=False)
    client, answer = come(provider, "u-7")
    assert answer["Location"] == "/accounts/inactive/"
    assert client.get("/investigate/").status_code == 302


@pytest.mark.parametrize("query", ["", "?code=x&state=nonsense", "?error=access_denied&state=x", "?state=x"])
def test_a_way_back_that_nobody_was_sent_leads_to_a_clear_page(provider, query):
    client = Client()
    answer = client.get(f"/accounts/sso/callback/{query}")
    assert answer.status_code == 403
    assert "The sign-in did not work" in answer.content.decode()
    assert AuditEntry.objects.filter(action="sso_refused").exists()


def test_with_single_sign_on_only_a_password_opens_nothing(provider, settings):
    people_ensure(username="local", password=PASSWORD, role="admin")
    settings.GATEHOUSE_OIDC_ONLY = True
    page = Client().get("/accounts/login/").content.decode()
    assert 'name="password"' not in page
    assert "passkey" not in page.partition("<main")[2]
    client = Client()
    refused = client.post("/accounts/login/", {"login": "local", "password": PASSWORD})
    assert refused.status_code == 403
    assert client.get("/investigate/").status_code == 302
    provider.person("u-8", preferred_username="hal", groups=["soc"])
    client, _answer = come(provider, "u-8")
    assert client.get("/investigate/").status_code == 200


def test_what_is_dangerous_asks_the_provider_again(provider, settings):
    provider.person("u-9", preferred_username="ivy", groups=["soc-leads"])
    client, _answer = come(provider, "u-9")
    assert client.post("/team/invite/", {"username": "new", "role": "analyst"}).status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    asked = client.post("/team/invite/", {"username": "newer", "role": "analyst"})
    assert asked["Location"] == "/accounts/sso/login/?next=%2F&auth_params=prompt%3Dlogin"
    assert "prompt=login" in client.get(asked["Location"])["Location"]


def test_single_sign_on_counts_as_a_second_factor(provider, settings):
    settings.GATEHOUSE_REQUIRE_SECOND_FACTOR = frozenset({"analyst"})
    provider.person("u-10", preferred_username="jo", groups=["soc"])
    client, _answer = come(provider, "u-10")
    assert client.get("/investigate/").status_code == 200


def test_a_link_for_a_password_is_no_way_around_the_provider(provider, settings, mailoutbox):
    settings.GATEHOUSE_SENDS_MAIL = True
    provider.person("u-11", preferred_username="kim", email="kim@initech.example", groups=["soc"])
    come(provider, "u-11")
    Client().post("/accounts/password/reset/", {"email": "kim@initech.example"})
    assert not mailoutbox


def test_the_sign_in_page_offers_it_where_there_is_an_issuer(provider, settings):
    settings.GATEHOUSE_OIDC_NAME = "Initech"
    page = Client().get("/accounts/login/?next=/jobs/").content.decode()
    assert 'href="/accounts/sso/login/?next=%2Fjobs%2F">Sign in through Initech' in page
    settings.GATEHOUSE_OIDC_ISSUER = ""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "/accounts/sso/" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/accounts/sso/login/").status_code == 404


def test_the_settings_say_what_is_wrong_with_them(monkeypatch):
    roles = ("admin", "analyst")
    monkeypatch.setenv("GATEHOUSE_OIDC_ROLES", "CN=soc,OU=x,DC=y=analyst; leads=admin;")
    assert mapping("GATEHOUSE_OIDC_ROLES", roles) == {"CN=soc,OU=x,DC=y": "analyst", "leads": "admin"}
    for wrong in ("soc", "soc=emperor", "=admin"):
        monkeypatch.setenv("GATEHOUSE_OIDC_ROLES", wrong)
        with pytest.raises(ValueError, match="group=role"):
            mapping("GATEHOUSE_OIDC_ROLES", roles)
    for url, answer in (("https://login.example/soc/", "https://login.example/soc"), ("", "")):
        monkeypatch.setenv("GATEHOUSE_OIDC_ISSUER", url)
        assert secure_url("GATEHOUSE_OIDC_ISSUER") == answer
    for url in ("http://login.example", "ftp://x", "login.example"):
        monkeypatch.setenv("GATEHOUSE_OIDC_ISSUER", url)
        with pytest.raises(ValueError, match="https"):
            secure_url("GATEHOUSE_OIDC_ISSUER")

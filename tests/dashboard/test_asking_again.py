"""What is dangerous asks for the password again; a first password has to be changed before anything else."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, override_settings

from dashboard.people.first_passwords import has_first_password
from dashboard.people.services import people_ensure
from dashboard.rights.table import TABLE
from dashboard.stack.runfile import read_run_file, run_file
from tests.investigate.console import PASSWORD, htmx
from tests.signing_in import prove

NEW = "another long enough one"


def test_changing_people_asks_for_the_password_again_after_a_while(browse, settings):
    admin = browse("admin")
    assert admin.post("/team/invite/", {"username": "first", "role": "reviewer"}).status_code == 200
    prove(admin, User.objects.get(username="a-admin"), seconds_ago=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 5)
    back = {"HTTP_REFERER": "http://testserver/team/"}
    asked = admin.post("/team/invite/", {"username": "second", "role": "admin"}, **back)
    assert asked["Location"] == "/accounts/reauthenticate/?next=http%3A%2F%2Ftestserver%2Fteam%2F"
    assert not User.objects.filter(username="second").exists()
    page = admin.get(asked["Location"]).content.decode()
    assert "Is it you?" in page
    assert admin.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert admin.post("/team/invite/", {"username": "second", "role": "admin"}).status_code == 302
    assert admin.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    assert admin.post("/team/invite/", {"username": "second", "role": "admin"}).status_code == 200


def test_a_fragment_leads_the_whole_page_to_the_question(browse):
    admin = browse("admin")
    prove(admin, User.objects.get(username="a-admin"), seconds_ago=10_000)
    asked = admin.post("/team/invite/", {"username": "x", "role": "admin"}, headers=htmx("/team/"))
    assert asked["HX-Redirect"] == "/accounts/reauthenticate/?next=http%3A%2F%2Ftestserver%2Fteam%2F"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", ""])
def test_the_question_never_leads_elsewhere(browse, elsewhere):
    admin = browse("admin")
    prove(admin, User.objects.get(username="a-admin"), seconds_ago=10_000)
    asked = admin.post("/team/invite/", {"username": "x", "role": "admin"}, HTTP_REFERER=elsewhere)
    assert asked["Location"] == "/accounts/reauthenticate/?next=%2F"


def test_all_that_changes_people_asks_again():
    changes = {name for name, row in TABLE.items() if name.startswith("team:") and "POST" in row}
    assert {name for name in changes if not TABLE[name]["POST"].recent} == {"team:welcome"}


def prepare() -> None:
    """Prepare the console of a copy that only this machine reaches: the tests' own host name is none of its names."""
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        call_command("prepare_console")


@pytest.fixture
def first_start(db, settings, tmp_path, monkeypatch):
    settings.GATEHOUSE_HOME = tmp_path
    settings.GATEHOUSE_FIRST_PASSWORDS = "change"
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "run_token").write_text("gatehouse_x")
    for role in ("ADMIN", "ANALYST", "REVIEWER"):
        monkeypatch.delenv(f"GATEHOUSE_{role}_PASSWORD", raising=False)
    monkeypatch.setenv("GATEHOUSE_ANALYST_PASSWORD", PASSWORD)
    prepare()
    return {user["username"]: user["password"] for user in read_run_file()["users"]}


def test_a_first_password_opens_nothing_but_the_page_that_changes_it(first_start, api):
    client, given = Client(), first_start["admin"]
    assert client.post("/accounts/login/", {"login": "admin", "password": given}).status_code == 302
    for address in ("/", "/investigate/", "/team/", "/account/", "/account/sessions/"):
        assert client.get(address)["Location"] == "/accounts/password/change/"
    assert client.get("/investigate/", headers=htmx())["HX-Redirect"] == "/accounts/password/change/"
    assert client.get("/jobs/running/", headers=htmx("/accounts/password/change/")).status_code == 286
    same = client.post("/accounts/password/change/", {"oldpassword": given, "password1": given, "password2": given})
    assert same.status_code == 200
    page = client.post("/accounts/password/change/", {"oldpassword": given, "password1": NEW, "password2": NEW})
    assert page.status_code == 302
    client.post("/accounts/login/", {"login": "admin", "password": NEW})
    assert client.get("/team/").status_code == 200


def test_a_first_password_is_written_down_until_it_is_changed(first_start):
    assert first_start["admin"]
    assert first_start["reviewer"]
    assert run_file().stat().st_mode & 0o777 == 0o600
    client = Client()
    client.post("/accounts/login/", {"login": "admin", "password": first_start["admin"]})
    prepare()
    assert first_start["admin"] in run_file().read_text()
    client.post("/accounts/password/change/", {"oldpassword": first_start["admin"], "password1": NEW, "password2": NEW})
    written = json.loads(run_file().read_text())
    assert [user["password"] for user in written["users"]] == [None, None, first_start["reviewer"]]
    assert written["api_token"] == "gatehouse_x"
    prepare()
    assert json.loads(run_file().read_text()) == written


def test_a_password_that_the_environment_gives_is_written_nowhere_and_stays(first_start):
    assert first_start["analyst"] is None
    assert PASSWORD not in run_file().read_text()
    assert not has_first_password(User.objects.get(username="analyst"))


def test_on_this_machine_alone_first_passwords_stay_where_scripts_read_them(db, settings, tmp_path, monkeypatch):
    assert settings.GATEHOUSE_FIRST_PASSWORDS == "keep"
    settings.GATEHOUSE_HOME = tmp_path
    monkeypatch.setenv("GATEHOUSE_ANALYST_PASSWORD", PASSWORD)
    prepare()
    prepare()
    given = {user["username"]: user["password"] for user in read_run_file()["users"]}
    assert given["analyst"] == PASSWORD
    client = Client()
    client.post("/accounts/login/", {"login": "admin", "password": given["admin"]})
    assert client.get("/team/").status_code == 200


def test_after_an_upgrade_a_password_that_is_still_in_the_file_has_to_be_changed(db, settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    settings.GATEHOUSE_FIRST_PASSWORDS = "change"
    user, _ = people_ensure(username="admin", password=PASSWORD, role="admin")
    other, _ = people_ensure(username="analyst", password="their own choice", role="analyst")
    users = [{"username": name, "password": PASSWORD, "role": name} for name in ("admin", "analyst")]
    run_file().write_text(json.dumps({"users": users}))
    prepare()
    assert [user["password"] for user in read_run_file()["users"]] == [PASSWORD, None]
    assert has_first_password(user)
    assert not has_first_password(other)

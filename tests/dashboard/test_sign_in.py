"""Signing in and out, and what the audit trail tells of it."""

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from dashboard.people.services import people_ensure
from tests.investigate.console import PASSWORD


@pytest.fixture
def anna(api, db) -> User:
    return people_ensure(username="anna", password=PASSWORD, role="analyst")[0]


def entries(*actions: str):
    found = AuditEntry.objects.filter(action__in=actions).order_by("id")
    return [(entry.action, entry.username, entry.object_id, entry.outcome) for entry in found]


def test_name_and_password_lead_to_where_one_wanted_to_go(client, anna):
    response = client.post(
        "/accounts/login/?next=/investigate/%3Fquery%3Dx",
        {"login": "anna", "password": PASSWORD, "next": "/investigate/?query=x"},
    )
    assert response.status_code == 302
    assert response["Location"] == "/investigate/?query=x"
    assert entries("sign_in") == [("sign_in", "anna", "anna", "done")]
    assert AuditEntry.objects.get(action="sign_in").ip == "127.0.0.1"


def test_signing_in_never_leads_elsewhere(client, anna):
    response = client.post("/accounts/login/", {"login": "anna", "password": PASSWORD, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_a_wrong_password_is_refused_and_written_down_without_it(client, anna):
    response = client.post("/accounts/login/", {"login": "anna", "password": "wrong-secret"})
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert entries("sign_in_failed") == [("sign_in_failed", "", "anna", "refused")]
    assert not [entry for entry in AuditEntry.objects.values() if "wrong-secret" in str(entry)]


def test_signing_out_takes_a_post_and_is_written_down(client, anna):
    client.force_login(anna)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert entries("sign_out") == [("sign_out", "anna", "anna", "done")]
    assert client.get("/investigate/").status_code == 302


def test_a_new_password_is_written_down_and_ends_the_session(client, anna):
    client.force_login(anna)
    new = "another long enough one"
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 302
    assert entries("password_change") == [("password_change", "anna", "anna", "done")]
    assert client.get("/investigate/").status_code == 302
    anna.refresh_from_db()
    assert anna.check_password(new)


@pytest.mark.parametrize(
    "address",
    "signup/ email/ confirm-email/ confirm-email/x/ password/set/ login/code/ login/code/confirm/ phone/change/"
    " reauthenticate/code/ reauthenticate/code/confirm/".split(),
)
def test_a_page_of_the_account_that_nobody_uses_does_not_exist(client, anna, address):
    assert client.get(f"/accounts/{address}").status_code == 404
    client.force_login(anna)
    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}", {"email": "eve@evil.example", "action_add": ""}).status_code == 404


def test_the_sign_in_page_offers_no_other_way(client, db):
    page = client.get("/accounts/login/").content.decode()
    assert "signup" not in page
    assert "reset" not in page.replace("css/reset.css", "")


def test_people_are_made_once_and_keep_what_they_changed(db):
    anna, is_new = people_ensure(username="anna", password=PASSWORD, role="analyst")
    assert is_new
    anna.set_password("her own choice of one")
    anna.save()
    again, is_new = people_ensure(username="anna", password=PASSWORD, role="admin")
    assert not is_new
    assert again.check_password("her own choice of one")
    assert list(again.groups.values_list("name", flat=True)) == ["analyst"]
    assert entries("person_create") == [("person_create", "", "anna", "done")]


def test_there_is_no_such_role(db):
    with pytest.raises(ValueError, match="emperor"):
        people_ensure(username="eve", password=PASSWORD, role="emperor")

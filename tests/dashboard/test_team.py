"""The team: who is invited, changed and shut out; there is always an admin left."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.audit.models import AuditEntry
from dashboard.capabilities import role_of
from dashboard.people.services import people_ensure

PASSWORD = "twelve walls of grey stone"


def text(answer) -> str:
    return unescape(answer.content.decode())


def person(username: str, role: str) -> User:
    return people_ensure(username=username, password=PASSWORD, role=role)[0]


@pytest.fixture
def admin(browse) -> Client:
    return browse("admin")


def invite(admin, name="bo", role="analyst") -> str:
    """Invite somebody and return the path of their link."""
    page = text(admin.post("/team/invite/", {"username": name, "role": role}))
    return re.search(r"http://testserver(/team/welcome/[^\s<]+)", page)[1]


def test_somebody_invited_chooses_a_password_once_and_signs_in(admin):
    link = invite(admin)
    guest = Client()
    assert "Welcome, bo" in text(guest.get(link))
    assert guest.post(link, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    answer = guest.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer["Location"] == "/accounts/login/"
    assert guest.get(link).status_code == 404
    assert guest.post("/accounts/login/", {"login": "bo", "password": PASSWORD}).status_code == 302
    assert guest.get("/jobs/").status_code == 200
    assert "Invited" not in text(admin.get("/team/"))
    trail = list(AuditEntry.objects.filter(object_id="bo").order_by("id").values_list("action", "username"))
    assert trail == [("person_create", "a-admin"), ("password_change", "bo"), ("sign_in", "bo")]


def test_the_link_is_shown_once_and_kept_nowhere(admin):
    link = invite(admin)
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in text(admin.get("/team/"))
    assert not any(token in str(entry.detail) for entry in AuditEntry.objects.all())


@pytest.mark.parametrize("link", ["/team/welcome/MQ/nonsense/", "/team/welcome/%C3%A9/x-y/", "/team/welcome/AAAA/x-y/"])
def test_a_link_that_is_none_is_over(admin, link):
    answer = Client().get(link)
    assert answer.status_code == 404
    assert "This link is over" in text(answer)


def test_a_link_is_over_once_its_person_is_shut_out(admin):
    link = invite(admin)
    admin.post(f"/team/{User.objects.get(username='bo').pk}/deactivate/")
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": "A-Admin", "role": "analyst"}, "Somebody has this name already."),
        ({"username": "two words", "role": "analyst"}, "Enter a valid username"),
        ({"username": "bo", "role": "king"}, "Select a valid choice"),
    ],
)
def test_an_invitation_that_can_not_be_is_refused(admin, fields, said):
    answer = admin.post("/team/invite/", fields)
    assert answer.status_code == 422
    assert said in text(answer)


def test_another_role_takes_effect_with_the_next_request(admin, browse):
    reviewer = browse("reviewer")
    assert reviewer.get("/jobs/").status_code == 403
    pk = User.objects.get(username="a-reviewer").pk
    page = text(admin.post(f"/team/{pk}/role/", {"role": "analyst"}, follow=True))
    assert "a-reviewer is analyst now." in page
    assert reviewer.get("/jobs/").status_code == 200
    entry = AuditEntry.objects.get(action="person_role")
    assert entry.detail == {"before": {"role": "reviewer"}, "after": {"role": "analyst"}}


@pytest.mark.parametrize(("path", "fields"), [("role", {"role": "analyst"}), ("deactivate", {})])
def test_the_last_admin_stays(admin, path, fields):
    only = User.objects.get(username="a-admin")
    other = person("other", "admin")
    admin.post(f"/team/{other.pk}/{path}/", fields)
    page = text(admin.post(f"/team/{only.pk}/{path}/", fields, follow=True))
    assert "is the last admin" in page or "You can't shut yourself out" in page
    assert role_of(User.objects.get(pk=only.pk)) == "admin"


def test_the_last_admin_is_not_shut_out_by_another_way(admin):
    only = User.objects.get(username="a-admin")
    other = person("other", "admin")
    other.is_active = False
    other.save()
    assert "is the last admin" in text(admin.post(f"/team/{only.pk}/role/", {"role": "reviewer"}, follow=True))


def test_who_is_shut_out_is_out_at_once_and_can_come_back(admin, browse):
    analyst = browse("analyst")
    assert analyst.get("/jobs/").status_code == 200
    pk = User.objects.get(username="a-analyst").pk
    admin.post(f"/team/{pk}/deactivate/")
    assert analyst.get("/jobs/").status_code == 302
    assert "Deactivated" in text(admin.get("/team/"))
    admin.post(f"/team/{pk}/activate/")
    assert role_of(User.objects.get(pk=pk)) == "analyst"
    assert analyst.get("/jobs/").status_code == 302


def test_ending_sessions_signs_out_everywhere_and_nobody_else(admin, browse):
    first, second, other = browse("analyst"), browse("analyst"), browse("reviewer")
    pk = User.objects.get(username="a-analyst").pk
    assert ">2<" in text(admin.get("/team/"))
    admin.post(f"/team/{pk}/sign-out/")
    assert [client.get("/account/").status_code for client in (first, second, other, admin)] == [302, 302, 200, 200]
    assert AuditEntry.objects.get(action="person_sign_out").detail == {"sessions": 2}


def test_a_new_password_ends_what_the_old_one_opened(admin, browse):
    analyst = browse("analyst")
    pk = User.objects.get(username="a-analyst").pk
    page = text(admin.post(f"/team/{pk}/renew/"))
    assert "/team/welcome/" in page
    assert analyst.get("/account/").status_code == 302
    assert not User.objects.get(pk=pk).has_usable_password()
    own = User.objects.get(username="a-admin").pk
    assert "on your account's page" in text(admin.post(f"/team/{own}/renew/", follow=True))


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_others_than_admins_see_and_change_nobody(browse, api, role):
    client = browse(role)
    pk = User.objects.get(username=f"a-{role}").pk
    assert client.get("/team/").status_code == 403
    for path in ("invite/", f"{pk}/role/", f"{pk}/deactivate/", f"{pk}/activate/", f"{pk}/sign-out/", f"{pk}/renew/"):
        assert client.post(f"/team/{path}", {"role": "admin", "username": "x"}).status_code == 403
    assert role_of(User.objects.get(pk=pk)) == role


def test_the_audit_trail_is_exported_as_it_is_filtered(admin, browse):
    browse("reviewer").get("/team/")
    admin.get("/audit/")
    answer = admin.get("/audit/export.csv?action=refused")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith('"Number","Result of","At (UTC)","Who","Role"')
    assert len(lines) == 2
    assert "a-reviewer" in lines[1]
    assert AuditEntry.objects.get(action="audit_export").detail == {"action": "refused"}
    assert browse("analyst").get("/audit/export.csv").status_code == 403
    assert admin.get("/audit/export.csv?outcome=nonsense").status_code == 422


def test_no_cell_of_the_export_is_a_formula(admin, client):
    client.post("/accounts/login/", {"login": "=cmd()", "password": "x"})
    lines = b"".join(admin.get("/audit/export.csv?action=sign_in_failed").streaming_content).decode()
    assert '"\'=cmd()",' in lines

"""Getting a new password by mail, for those whose address Gatehouse knows."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from dashboard.audit.models import AuditEntry
from dashboard.environment import mail_server
from dashboard.people.models import PersonSession
from dashboard.people.services import people_ensure

pytestmark = pytest.mark.django_db
NEW = "another one, as long"


@pytest.fixture
def rita(settings):
    settings.GATEHOUSE_SENDS_MAIL = True
    person = people_ensure(username="rita", password="long enough to be one", role="reviewer")[0]
    User.objects.filter(pk=person.pk).update(email="rita@team.example")
    return person


def ask(address):
    return Client().post("/accounts/password/reset/", {"email": address}, follow=True)


def test_the_link_in_the_mail_sets_a_password_once(rita):
    assert "Look into your mail" in ask("rita@team.example").content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["rita@team.example"]
    link = re.search(r"http://testserver(/\S+)", sent.body).group(1)
    browser = Client()
    page = browser.get(link, follow=True)
    assert "Set the password" in page.content.decode()
    done = browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)
    assert "The password is set" in done.content.decode()
    assert Client().login(username="rita", password=NEW)
    assert "This link is used up" in Client().get(link, follow=True).content.decode()


def test_an_address_that_nobody_has_is_not_given_away(rita):
    known, unknown = ask("rita@team.example"), ask("nobody@team.example")
    assert unknown.redirect_chain == known.redirect_chain
    assert [message.to for message in mail.outbox if "password/reset/key" in message.body] == [["rita@team.example"]]


def test_without_a_mail_server_nobody_gets_a_link_and_none_is_made_or_accepted(rita, settings, caplog, capfd):
    ask("rita@team.example")
    link = re.search(r"http://testserver(/\S+)", mail.outbox.pop().body).group(1)
    settings.GATEHOUSE_SENDS_MAIL = False
    for address in ("/accounts/password/reset/", link):
        page = Client().get(address)
        assert "Ask an admin for a new password" in page.content.decode()
    Client().post("/accounts/password/reset/", {"email": "rita@team.example"})
    assert not mail.outbox
    assert mail_server("EMAIL_URL")["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"
    assert "password/reset/key" not in caplog.text + "".join(capfd.readouterr())


def test_a_reset_is_on_record_and_ends_what_the_old_password_opened(rita):
    old = Client()
    old.force_login(rita)
    ask("rita@team.example")
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body).group(1)
    browser = Client()
    page = browser.get(link, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    trail = AuditEntry.objects.filter(object_id="rita").order_by("id").values_list("action", flat=True)
    assert list(trail)[-2:] == ["password_reset_asked", "password_reset"]
    assert old.get("/account/").status_code == 302
    assert not PersonSession.objects.filter(user=rita).exists()


def test_an_address_is_changed_with_the_password_only(rita):
    client = Client()
    client.force_login(rita)
    refused = client.post("/account/email/", {"email": "eve@evil.example", "password": "a guess"})
    assert refused.status_code == 422
    rita.refresh_from_db()
    assert rita.email == "rita@team.example"
    asked = client.post("/account/email/", {"email": "new@team.example", "password": "long enough to be one"})
    assert asked.status_code == 302
    rita.refresh_from_db()
    assert rita.email == "new@team.example"
    assert AuditEntry.objects.get(action="email_change").detail == {
        "before": "rita@team.example",
        "after": "new@team.example",
    }


@pytest.mark.parametrize("sends_mail", [True, False])
def test_it_is_offered_where_mail_can_be_sent(db, settings, sends_mail):
    settings.GATEHOUSE_SENDS_MAIL = sends_mail
    assert ("Forgot the password?" in Client().get("/accounts/login/").content.decode()) == sends_mail


def test_a_short_password_is_refused(rita):
    ask("rita@team.example")
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body).group(1)
    browser = Client()
    page = browser.get(link, follow=True)
    refused = browser.post(page.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
    assert "too short" in refused.content.decode()
    assert Client().login(username="rita", password="long enough to be one")

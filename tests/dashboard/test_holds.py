"""Legal holds, from the page through the API to the message that stays."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.people.services import people_ensure
from gateway.models import LegalHold, Message
from gateway.retention.mail import delete_mail_slice
from tests.gateway.conftest import store
from tests.gateway.mails import stored
from tests.signing_in import sign_in as sign_in_as

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
assert store


@pytest.fixture
def held_by(settings, client):
    """The console on the embedded gateway, signed in."""
    from gateway.api.tokens import token_ensure
    from gateway.models import Token

    settings.GATEWAY_ACCOUNT_ID = settings.CLOUDFLARE_ACCOUNT_ID
    token_ensure(
        account_id=settings.CLOUDFLARE_ACCOUNT_ID,
        name="console",
        scope=Token.Scope.WRITE,
        secret=settings.CLOUDFLARE_API_TOKEN,
    )

    def sign_in(role):
        sign_in_as(client, people_ensure(username=f"a-{role}", password="twelve walls of grey", role=role)[0])
        return client

    return sign_in


def text(response) -> str:
    return unescape(response.content.decode())


def test_a_hold_is_set_shown_and_lifted(held_by):
    message = stored(scanned_at=timezone.now() - timedelta(days=40))
    admin = held_by("admin")
    facts = {"name": "Case 7", "reason": "a court asks", "recipients": "bo@acme.example, jo@acme.example"}
    assert admin.post("/team/holds/set/", facts).status_code == 302
    assert "Case 7" in text(admin.get("/team/holds/"))
    own = f"/investigate/messages/{message.investigate_id}/"
    assert f'hx-get="{own}holds/"' in text(admin.get(own))
    for headers in ({}, {"HX-Request": "true"}):
        assert "Under legal hold: Case 7, set by a-admin" in text(admin.get(f"{own}holds/", headers=headers))
    before = timezone.now() - timedelta(days=30)
    delete_mail_slice(before)
    assert Message.objects.using("gateway").exists()
    hold = LegalHold.objects.using("gateway").get()
    assert admin.post(f"/team/holds/{hold.pk}/lift/").status_code == 302
    assert "Lifted by a-admin" in text(admin.get("/team/holds/"))
    delete_mail_slice(before)
    assert not Message.objects.using("gateway").exists()
    trail = AuditEntry.objects.filter(object_kind="hold", follows=None).order_by("id")
    assert [(entry.action, entry.username, entry.final_outcome) for entry in trail] == [
        ("hold_set", "a-admin", "done"),
        ("hold_lift", "a-admin", "done"),
    ]
    assert trail[0].detail["reason"] == "a court asks"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, "Name messages, recipients, senders or a period."),
        ({"since": "2026-02-02", "until": "2026-02-02"}, "over before it begins"),
        ({"senders": " ".join(f"{number}.example" for number in range(1001))}, "At most 1000"),
    ],
)
def test_a_hold_that_names_nothing_or_too_much_is_refused_in_place(held_by, facts, told):
    page = held_by("admin").post("/team/holds/set/", {"name": "Case 7", "reason": "a court asks"} | facts)
    assert page.status_code == 422
    assert told in text(page)
    assert "a court asks" in text(page), "nothing that was typed is lost"
    assert not LegalHold.objects.using("gateway").exists()


def test_ids_that_are_not_found_are_asked_about_and_held_if_they_are_meant(held_by):
    message, admin = stored(), held_by("admin")
    facts = {"name": "Case 8", "reason": "a court asks", "message_ids": f"{message.investigate_id}, nobody-knows <b>"}
    page = admin.post("/team/holds/set/", facts)
    assert page.status_code == 422
    assert "No message is stored under nobody-knows, <b>." in text(page)
    assert "<b>." not in page.content.decode()
    assert "a court asks" in text(page), "nothing that was typed is lost"
    assert 'name="anyway"' in text(page)
    assert not LegalHold.objects.using("gateway").exists()
    assert 'name="anyway"' not in text(admin.get("/team/holds/"))
    assert admin.post("/team/holds/set/", facts | {"anyway": "on"}).status_code == 302
    assert LegalHold.objects.using("gateway").get().message_ids == [message.investigate_id, "nobody-knows", "<b>"]
    known = facts | {"message_ids": message.investigate_id}
    assert admin.post("/team/holds/set/", known).status_code == 302


@pytest.mark.parametrize("role", ["analyst", "reviewer"])
def test_holds_are_for_admins(held_by, role):
    person = held_by(role)
    assert person.get("/team/holds/").status_code == 403
    assert person.post("/team/holds/set/", {"name": "x"}).status_code == 403


def test_another_api_has_no_holds(held_by, settings):
    settings.GATEWAY_EMBEDDED = False
    assert held_by("admin").get("/team/holds/").status_code == 404

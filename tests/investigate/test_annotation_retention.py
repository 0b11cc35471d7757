"""Notes and assignees go with the mail that retention deletes, and with no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.people.services import people_ensure
from dashboard.retention import running
from gateway.models import Message, Token
from gateway.retention.mail import delete_mail_slice
from gateway.tokens.services import token_ensure
from investigate.annotations import retention
from investigate.annotations.models import MessageAssignment, MessageNote
from tests.gateway.conftest import ACCOUNT, BASE, store
from tests.gateway.mails import stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
assert store
DAYS = 30


@pytest.fixture(autouse=True)
def _console(settings, monkeypatch):
    """The console on the embedded gateway, which keeps mail for 30 days."""
    monkeypatch.setattr(running, "PAUSE", 0)
    monkeypatch.setattr(retention._Walk, "after", "")
    settings.GATEWAY_EMBEDDED, settings.GATEWAY_MAIL_DAYS = True, DAYS
    settings.CLOUDFLARE_ACCOUNT_ID, settings.CLOUDFLARE_BASE_URL = ACCOUNT, BASE
    settings.GATEHOUSE_API_TRANSPORT = "gateway.transport.InProcessTransport"
    settings.CLOUDFLARE_API_TOKEN = token_ensure(
        account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE, is_console=True, needs_approval=False
    )[1]


def annotated(days: int, **more) -> Message:
    message = stored(scanned_at=timezone.now() - timedelta(days=days))
    where = {"account_id": backend_account_id(), "backend": backend_fingerprint()} | more
    user = people_ensure(username="anna", password="twelve walls of grey stone", role="analyst")[0]
    for text in ("first", "second"):
        MessageNote.objects.create(message_id=message.investigate_id, author=user, text=text, **where)
    MessageAssignment.objects.create(message_id=message.investigate_id, assignee=user, **where)
    return message


def noted() -> set[str]:
    ids = set(MessageNote.objects.values_list("message_id", flat=True))
    assert ids == set(MessageAssignment.objects.values_list("message_id", flat=True))
    return ids


def delete_mail() -> None:
    delete_mail_slice(timezone.now() - timedelta(days=DAYS))


def test_they_go_with_their_message_in_slices(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    gone, kept = [annotated(DAYS + 1) for _ in range(5)], [annotated(1) for _ in range(3)]
    assert running.delete_old() == {}
    assert len(noted()) == 8
    delete_mail()
    assert Message.objects.using("gateway").count() == 3
    assert running.delete_old() == {"annotated messages": len(gone)}
    assert noted() == {message.investigate_id for message in kept}


def test_those_of_another_backend_and_of_mail_that_went_otherwise_stay():
    annotated(DAYS + 1, backend="another")
    young = annotated(DAYS - 1)
    delete_mail()
    Message.objects.using("gateway").filter(pk=young.pk).delete()
    assert running.delete_old() == {}
    assert len(noted()) == 2


def test_all_stay_where_mail_is_kept_or_the_gateway_does_not_answer(settings):
    annotated(DAYS + 1)
    delete_mail()
    settings.GATEWAY_MAIL_DAYS = 0
    assert running.delete_old() == {}
    settings.GATEWAY_MAIL_DAYS = DAYS
    secret, settings.CLOUDFLARE_API_TOKEN = settings.CLOUDFLARE_API_TOKEN, "gatehouse_wrong"
    assert running.delete_old() == {}
    assert len(noted()) == 1
    settings.CLOUDFLARE_API_TOKEN = secret
    assert running.delete_old() == {"annotated messages": 1}

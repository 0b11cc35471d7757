"""Who has seen a message, on its page: the embedded gateway's mailboxes, and no guess on another backend."""

from html import unescape

import pytest

from dashboard.people.services import people_ensure
from gateway.delivery import maildir
from tests.gateway.conftest import mailboxes, store
from tests.gateway.mails import mail, stored
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
assert store
assert mailboxes


@pytest.fixture
def analyst(settings, client):
    from gateway.api.tokens import token_ensure
    from gateway.models import Token

    settings.GATEWAY_ACCOUNT_ID = settings.CLOUDFLARE_ACCOUNT_ID
    token_ensure(
        account_id=settings.CLOUDFLARE_ACCOUNT_ID,
        name="console",
        scope=Token.Scope.WRITE,
        secret=settings.CLOUDFLARE_API_TOKEN,
    )
    sign_in(client, people_ensure(username="a-analyst", password="twelve walls of grey", role="analyst")[0])
    return client


def text(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_it_is_told_who_read_it(analyst, mailboxes):
    message = stored(mail(), recipients=("bo@acme.example", "jo@acme.example"))
    (path,) = (maildir.mailbox(mailboxes, "bo@acme.example") / "new").iterdir()
    target = path.parent.parent / ".Own" / "cur" / f"{path.name}:2,RS"
    target.parent.mkdir(parents=True)
    path.rename(target)
    own = f"/investigate/messages/{message.investigate_id}/"
    assert f'hx-get="{own}seen/"' in text(analyst.get(own))
    for headers in ({}, {"HX-Request": "true"}):
        shown = text(analyst.get(f"{own}seen/", headers=headers))
        assert "1 read it, 1 answered, 0 forwarded it. 1 has not read it." in shown
        assert "<strong>read, answered</strong> <small>in a folder of their own</small>" in shown


def test_it_is_told_to_whom_it_was_forwarded_and_where_sent_mail_is_not_known(analyst, mailboxes):
    message = stored(mail(), recipients=("bo@acme.example", "jo@acme.example"))
    sent = maildir.mailbox(mailboxes, "bo@acme.example") / ".Sent" / "cur" / "1.M1.host:2,S"
    sent.parent.mkdir(parents=True)
    sent.write_bytes(
        mail(subject="Fwd: x", to='"<b>" <zoe@elsewhere.example>', extra=f"References: {message.message_id}")
    )
    shown = text(analyst.get(f"/investigate/messages/{message.investigate_id}/seen/"))
    assert "0 read it, 0 answered, 1 forwarded it." in shown
    assert "zoe" in shown.partition("forwarded to ")[2].partition("</p>")[0]
    assert "Sent mail of 1 could not be looked through: the mailbox has no folder for sent mail." in shown


def test_another_backend_does_not_tell(analyst, settings):
    message = stored(mail())
    settings.GATEWAY_EMBEDDED = False
    own = f"/investigate/messages/{message.investigate_id}/"
    assert "It can't be told" in text(analyst.get(f"{own}seen/"))


def test_a_message_that_is_gone_is_an_error_in_words(analyst):
    response = analyst.get("/investigate/messages/no-such-message/seen/", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert "The mailboxes could not be asked" in text(response)

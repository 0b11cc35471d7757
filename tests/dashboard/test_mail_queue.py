"""The page of mail on its way, through the API to the queue: why, when, try now, give up."""

import pytest

from dashboard.audit.models import AuditEntry
from dashboard.people.services import people_ensure
from gateway.models import Delivery
from tests.gateway.conftest import store
from tests.gateway.delivery.conftest import route
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.delivery.test_queue import later, send, trace
from tests.gateway.mails import stored
from tests.signing_in import sign_in as sign_in_as

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
assert store
assert route
EVIL = '<img src=x onerror=alert(1)>\u202egpj.exe "x"'


@pytest.fixture
def person(settings, client):
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


@pytest.fixture
def deferred(route, person):
    """A message that the next hop put off; yields it and the next hop."""
    with fake_next_hop(answers={"RCPT": ["450 4.2.1 <b>busy</b>"]}) as hop:
        route({"acme.example": hop})
        message = stored(subject=EVIL)
        send()
        yield message, hop


def page(client, view="waiting"):
    response = client.get(f"/queue/?view={view}")
    assert response.status_code == 200
    return response.content.decode()


def copy():
    return Delivery.objects.using("gateway").get()


def test_it_says_why_a_copy_waits_and_takes_nothing_for_markup(deferred, person):
    shown = page(person("analyst"))
    assert "450 4.2.1 &lt;b&gt;busy&lt;/b&gt;" in shown
    assert "<img src=x" not in shown
    assert "\u202e" not in shown
    assert "bo@acme.example" in shown
    assert "Put off, tried again from" in shown


def test_try_now_sends_it_and_is_audited(deferred, person):
    message, hop = deferred
    client = person("analyst")
    assert send() == []
    client.post(f"/queue/{copy().pk}/retry/")
    send()
    assert hop.copies() == {"bo@acme.example": 1}
    outcomes = AuditEntry.objects.filter(action="queue_retry").order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["attempted", "done"]
    assert any("tried again for bo@acme.example: a-analyst asked for it" in line for line in trace(message))


def test_give_up_ends_it_and_says_whether_the_sender_was_told(deferred, person):
    message, hop = deferred
    client = person("analyst")
    client.post(f"/queue/{copy().pk}/give-up/")
    later()
    send()
    assert hop.received == []
    assert copy().status == "bounced"
    assert AuditEntry.objects.filter(action="queue_give_up", outcome="done").count() == 1
    assert "given up by a-analyst; the last time: 450 4.2.1" in page(client, "failed")
    assert "Its sender was not told" in page(client, "failed")
    assert any("given up by a-analyst" in line for line in trace(message))
    client.post(f"/queue/{copy().pk}/retry/", {"view": "failed"})
    send()
    assert hop.copies() == {"bo@acme.example": 1}


def test_what_is_delivered_meanwhile_is_said_to_be(deferred, person):
    client = person("analyst")
    key = copy().pk
    later()
    send()
    response = client.post(f"/queue/{key}/give-up/", follow=True)
    assert "does not wait any more" in response.content.decode()
    assert copy().status == "delivered"


def test_who_may_not_release_sees_no_buttons_and_may_not_act(deferred, person):
    client = person("reviewer")
    assert "Try now" not in page(client)
    assert client.post(f"/queue/{copy().pk}/retry/").status_code == 403
    assert client.post(f"/queue/{copy().pk}/give-up/").status_code == 403


def test_other_backends_have_no_queue(settings, person):
    client = person("analyst")
    settings.GATEWAY_EMBEDDED = False
    assert client.get("/queue/").status_code == 404
    assert "/queue/" not in client.get("/jobs/").content.decode()


def test_an_empty_queue_says_what_belongs_here(person):
    client = person("analyst")
    assert "Nothing waits" in page(client)
    assert "All mail was delivered" in page(client, "failed")

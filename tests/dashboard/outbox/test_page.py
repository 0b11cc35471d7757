"""The outbox's page: what is stuck and why; have it tried again, give it up."""

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from dashboard.outbox.channels import TryLater
from dashboard.outbox.models import OutboxEntry
from dashboard.outbox.sending import lane_send
from dashboard.people.services import people_ensure
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LANE = "test:there"


@pytest.fixture
def admin(client):
    sign_in(client, people_ensure(username="an-admin", password="twelve walls of grey", role="admin")[0])
    return client


@pytest.fixture
def stuck(put, receiver):
    receiver.answers["<b>hostile\u202e"] = [TryLater("<script>500</script>")] * 9
    put("<b>hostile\u202e")
    lane_send(LANE)
    return OutboxEntry.objects.get()


def test_what_is_stuck_is_shown_with_its_reason_and_nothing_of_it_is_markup(admin, stuck):
    page = admin.get("/outbox/").content.decode()
    assert "&lt;script&gt;500" in page
    assert "&lt;b&gt;hostile" in page
    assert "<b>hostile" not in page
    assert "Stuck (1)" in page


def test_it_is_tried_again_at_once_and_that_is_on_record(admin, stuck, receiver):
    receiver.answers.clear()
    assert admin.post(f"/outbox/{stuck.pk}/retry/").status_code == 302
    lane_send(LANE)
    assert receiver.received == [stuck.key]
    assert AuditEntry.objects.filter(action="outbox_retry", object_id=str(stuck.pk), username="an-admin").exists()
    admin.post(f"/outbox/{stuck.pk}/retry/")
    lane_send(LANE)
    assert receiver.received == [stuck.key], "what was sent is not sent again"


def test_what_is_given_up_is_not_sent_until_somebody_has_it_tried(admin, stuck, receiver, later):
    admin.post(f"/outbox/{stuck.pk}/give-up/")
    receiver.answers.clear()
    later()
    lane_send(LANE)
    assert receiver.received == []
    assert "Given up by an-admin" in admin.get("/outbox/?view=failed").content.decode()
    assert AuditEntry.objects.filter(action="outbox_give_up").count() == 1
    admin.post(f"/outbox/{stuck.pk}/retry/")
    lane_send(LANE)
    assert receiver.received == [stuck.key]


@pytest.mark.parametrize("role", ["analyst", "reviewer", "policy_admin", "read_only"])
def test_it_is_for_admins_alone(client, stuck, role):
    sign_in(client, people_ensure(username=role, password="twelve walls of grey", role=role)[0])
    assert client.get("/outbox/").status_code == 403
    assert client.post(f"/outbox/{stuck.pk}/retry/").status_code == 403
    assert User.objects.filter(username=role).exists()


def test_pages_go_back_in_time_and_odd_addresses_are_harmless(admin, put, receiver):
    put(*[f"k{n:03}" for n in range(60)])
    first = admin.get("/outbox/?view=waiting").content.decode()
    assert "k059" in first
    assert "k009" not in first
    assert (
        "k009" in admin.get(f"/outbox/?view=waiting&before={OutboxEntry.objects.get(key='k010').pk}").content.decode()
    )
    for odd in ("view=x", "before=²", "before=99999999999999999999", "channel='"):
        assert admin.get(f"/outbox/?{odd}").status_code == 200

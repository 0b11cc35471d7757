"""Pages of destinations: who may see them, what a form takes, and what each button does."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.outbox.models import OutboxEntry
from investigate.event_export.models import Destination, Event, Replay, Source, Unread
from investigate.event_export.secrets import open_secret
from tests.hostile_texts import MARKUP
from tests.investigate.event_export.receivers import answer
from tests.investigate.event_export.sending_events import add, send

FORM = {"name": "SIEM", "kinds": ["email_security_alerts"], "alert_format": "vendor"}


@pytest.fixture
def admin(browse, place):
    return browse("admin")


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(object_kind="event_destination").order_by("id").values_list("action", flat=True)
    )


def make(admin, way="webhook", **fields):
    return admin.post(f"/events/new/{way}/", FORM | {"address": "http://127.0.0.1:9/hook"} | fields)


@pytest.mark.parametrize("role", ["read_only", "reviewer", "analyst", "policy_admin", "anonymous"])
def test_only_admins_see_where_events_go(browse, to, role, receiver):
    made = to(address=receiver.url())
    browser = browse(role)
    for path in ("/events/", "/events/new/webhook/", f"/events/{made.pk}/", f"/events/{made.pk}/replay/"):
        assert browser.get(path).status_code in (302, 403)
    for path in ("edit", "rotate", "delete", "test", "pause", "resume", "retry", "replay"):
        assert browser.post(f"/events/{made.pk}/{path}/").status_code in (302, 403)
    assert actions() == []


def test_an_empty_list_says_what_to_do(admin):
    assert "Nothing is sent anywhere yet" in admin.get("/events/").content.decode()


def test_a_webhooks_secret_is_shown_once(admin):
    response = make(admin)
    page = response.content.decode()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{44}", page)[0]
    made = Destination.objects.get()
    assert open_secret(made.secret) == secret
    assert "no-store" in response["Cache-Control"]
    for path in ("", "edit/"):
        assert secret not in admin.get(f"/events/{made.pk}/{path}").content.decode()
    assert secret not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert actions() == ["events_create"]


def test_a_new_destination_gets_what_happens_from_then_on(admin, api):
    add(1)
    make(admin)
    assert Destination.objects.get().cursor == 1
    assert set(Source.objects.values_list("place", flat=True)) == {"verdicts", "changes"}


def test_a_rotated_secret_is_shown_once_and_both_are_valid_for_a_day(admin):
    make(admin)
    made = Destination.objects.get()
    first = open_secret(made.secret)
    page = admin.post(f"/events/{made.pk}/rotate/").content.decode()
    made.refresh_from_db()
    assert open_secret(made.secret) in page
    assert first not in page
    assert open_secret(made.old_secret) == first
    assert timedelta(hours=23) < made.old_secret_until - timezone.now() <= timedelta(days=1)
    assert actions() == ["events_create", "events_rotate"]


@pytest.mark.parametrize(
    ("way", "fields", "said"),
    [
        ("webhook", {"address": "http://hooks.acme.example/"}, "on this machine alone"),
        ("webhook", {"address": "https://10.0.0.1/"}, "not on the public network"),
        ("webhook", {"address": "https://169.254.169.254/latest"}, "not on the public network"),
        ("webhook", {"address": "https://[::ffff:10.0.0.1]/"}, "not on the public network"),
        ("webhook", {"address": "https://0x7f000001/"}, "not on the public network"),
        ("webhook", {"address": "https://a:b@127.0.0.1/"}, "Leave out the name and password"),
        ("webhook", {"address": "javascript:alert(1)"}, "begins with https"),
        ("webhook", {"address": "https://"}, "begins with https"),
        ("webhook", {"address": "https://127.0.0.1:99999/"}, "no web address"),
        ("webhook", {"kinds": []}, "required"),
        ("webhook", {"kinds": ["made up"]}, "made up"),
        ("webhook", {"ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}, "no certificate"),
        ("https", {"header": "X-Auth", "token": ""}, "Give the value"),
        ("https", {"header": "", "token": "x"}, "Name the field"),
        ("https", {"header": "Host", "token": "x"}, "writes this field itself"),
        ("https", {"header": "X Auth", "token": "x"}, "Letters, digits and hyphens"),
        ("https", {"header": "X-Auth", "token": "a\r\nX-Other: b"}, "printable ASCII"),
        ("syslog", {"address": "logs.acme.example"}, "HOST:PORT"),
        ("syslog", {"address": "plain://192.0.2.1:514"}, "this machine alone"),
    ],
)
def test_what_a_form_refuses(admin, way, fields, said):
    response = make(admin, way, **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Destination.objects.exists()


def test_names_are_used_once(admin):
    make(admin)
    assert "Another destination has this name" in make(admin).content.decode()


def test_a_way_that_is_none(admin):
    assert admin.get("/events/new/pigeon/").status_code == 404


def test_a_token_stays_unless_it_is_given_anew_and_is_never_shown(admin):
    make(admin, "https", header="X-Auth", token="s3cr3t-value")
    made = Destination.objects.get()
    assert open_secret(made.token) == "s3cr3t-value"
    assert "s3cr3t-value" not in admin.get(f"/events/{made.pk}/edit/").content.decode()
    same = FORM | {"address": made.address, "header": "X-Auth", "token": ""}
    admin.post(f"/events/{made.pk}/edit/", same)
    made.refresh_from_db()
    assert open_secret(made.token) == "s3cr3t-value"
    admin.post(f"/events/{made.pk}/edit/", same | {"token": "another"})
    made.refresh_from_db()
    assert open_secret(made.token) == "another"
    admin.post(f"/events/{made.pk}/edit/", same | {"header": ""})
    made.refresh_from_db()
    assert made.token == ""
    told = str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert "another" not in told
    assert "s3cr3t-value" not in told
    assert actions() == ["events_create", "events_edit", "events_edit", "events_edit"]


def test_the_trail_tells_the_server_and_not_the_rest_of_a_url(admin):
    make(admin, address="https://hooks.acme.example/services/T0/secret-part?x=secret-too")
    told = str(AuditEntry.objects.get(action="events_create").detail)
    assert "https://hooks.acme.example" in told
    assert "secret" not in told
    assert "secret-part" not in admin.get("/events/").content.decode()


def test_a_test_line_says_that_it_is_one(admin, to, receiver):
    made = to(address=receiver.url())
    admin.post(f"/events/{made.pk}/test/")
    send()
    assert b'"type":"gatehouse.test"' in receiver.got[0].body
    assert b"Test line of Gatehouse" in receiver.got[0].body
    assert actions() == ["events_test"]


@pytest.mark.parametrize("kind", ["email_security_alerts", "email_security_post_delivery_events", "gatehouse_audit"])
def test_a_test_line_has_the_form_of_what_is_sent(admin, to, receiver, kind):
    made = to("https", receiver.url(), kinds=[kind])
    admin.post(f"/events/{made.pk}/test/")
    send()
    assert len(receiver.got[0].lines) == 1


def test_a_paused_destination_gets_what_happened_when_it_is_resumed(admin, to, receiver):
    made = to(address=receiver.url())
    receiver.otherwise = answer(500)
    add(1, 2)
    send()
    assert len(receiver.got) == 2
    receiver.otherwise = answer(204)
    admin.post(f"/events/{made.pk}/pause/")
    assert OutboxEntry.objects.count() == 0, "what waits is not given up meanwhile"
    add(3)
    send(later=True)
    assert len(receiver.got) == 2
    assert "Paused" in admin.get("/events/").content.decode()
    admin.post(f"/events/{made.pk}/resume/")
    send()
    assert [got.headers["webhook-id"].rpartition("_")[2] for got in receiver.got[2:]] == ["1", "2", "3"]
    assert actions() == ["events_pause", "events_resume"]


def test_batches_that_waited_are_made_anew_after_a_pause_without_what_was_sent(admin, to, receiver):
    made = to("https", receiver.url())
    receiver.answers = [answer(204), answer(500)]
    add(*range(1, 1101))
    send()
    assert len(receiver.got) == 2
    admin.post(f"/events/{made.pk}/pause/")
    admin.post(f"/events/{made.pk}/resume/")
    add(2000)
    send()
    assert [len(got.lines) for got in receiver.got[2:]] == [500, 101]


def test_delete_comes_after_pause(admin, to, receiver):
    made = to(address=receiver.url())
    add(1)
    admin.post(f"/events/{made.pk}/delete/")
    assert Destination.objects.exists()
    admin.post(f"/events/{made.pk}/pause/")
    admin.post(f"/events/{made.pk}/delete/")
    assert not Destination.objects.exists()
    assert not OutboxEntry.objects.exists()
    assert actions() == ["events_pause", "events_delete"]


def test_what_was_given_up_is_listed_and_tried_again(admin, to, receiver):
    made = to(address=receiver.url())
    receiver.answers = [answer(400, b"<script>alert(1)</script>"), answer(400)]
    add(1, 2)
    send()
    page = admin.get(f"/events/{made.pk}/").content.decode()
    assert "Given up (" in page
    assert "&lt;script&gt;" in page
    admin.post(f"/events/{made.pk}/retry/")
    send()
    assert [got.headers["webhook-id"].rpartition("_")[2] for got in receiver.got] == ["1", "2", "1", "2"]
    assert actions() == ["events_retry"]


def when(**ago) -> str:
    return timezone.localtime(timezone.now() - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")


def test_a_replay_is_counted_first_and_sent_once_for_each_press(admin, to, receiver):
    made = to(address=receiver.url())
    add(1, 2, 3)
    send()
    Event.objects.filter(number=1).update(found_at=timezone.now() - timedelta(days=2))
    since = when(hours=2)
    page = admin.get(f"/events/{made.pk}/replay/?{urlencode({'since': since})}").content.decode()
    assert "2 events" in page
    press = re.search(r'name="press" value="([^"]+)"', page)[1]
    for _ in range(2):
        admin.post(f"/events/{made.pk}/replay/", {"since": since, "press": press})
    send()
    send()
    ids = [got.headers["webhook-id"].rpartition("_")[2] for got in receiver.got]
    assert ids == ["1", "2", "3", "2", "3"]
    assert b'"replayed":true' in receiver.got[3].body
    assert Replay.objects.get().finished_at
    assert Replay.objects.get().handed == 2
    assert actions() == ["events_replay"]


def test_a_second_replay_waits_for_the_first(admin, to, receiver):
    made = to(address=receiver.url())
    add(1)
    send()
    for _ in range(2):
        admin.post(f"/events/{made.pk}/replay/", {"since": when(hours=1), "press": str(uuid.uuid4())})
    assert Replay.objects.count() == 1


def test_a_replay_does_not_send_what_was_not_sent_yet(admin, to, receiver):
    made = to(address=receiver.url())
    add(1)
    admin.post(f"/events/{made.pk}/replay/", {"since": when(hours=1), "press": str(uuid.uuid4())})
    send()
    assert len(receiver.got) == 1
    assert not Replay.objects.exists()


@pytest.mark.parametrize("since", ["", "yesterday", "2099-01-01T00:00", "1999-01-01T00:00"])
def test_times_that_are_no_start_of_a_replay(admin, to, receiver, since):
    made = to(address=receiver.url())
    response = admin.post(f"/events/{made.pk}/replay/", {"since": since, "press": str(uuid.uuid4())})
    assert response.status_code == 422


def test_what_could_not_be_read_is_said(admin, to, receiver):
    made = to(address=receiver.url())
    now = timezone.now()
    mine = {"account_id": made.account_id, "backend": made.backend}
    Source.objects.create(**mine, place="verdicts", since=now, error="The API said <b>no</b>.", not_before=now)
    Source.objects.create(**mine, place="actions", since=now, gaps=[["a", "b"]])
    Unread.objects.create(**mine, place="verdicts", reference="4Njp\u202eX", why="It is broken.", next_at=now)
    page = admin.get("/events/").content.decode()
    assert "Could not be read." in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "1 stretch of time" in page
    assert "It is broken." in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", MARKUP[:12])
def test_hostile_names_stay_text(admin, to, receiver, name):
    made = to(address=receiver.url(), name=name[:80])
    Destination.objects.update(error=name, failing_since=timezone.now())
    for path in ("/events/", f"/events/{made.pk}/", f"/events/{made.pk}/edit/", f"/events/{made.pk}/replay/"):
        page = admin.get(path).content.decode()
        assert name not in page


def test_a_failing_destination_is_in_the_badge_and_says_why(admin, to, receiver):
    made = to(address=receiver.url())
    receiver.otherwise = answer(503)
    add(1)
    send()
    page = admin.get(f"/events/{made.pk}/").content.decode()
    assert "answered 503" in page
    assert "failing" in admin.get("/audit/").content.decode()


def test_events_that_were_deleted_before_they_were_sent_are_counted(admin, to, receiver):
    made = to(address=receiver.url(), paused_at=timezone.now())
    add(1, 2, 3)
    Event.objects.filter(number__lt=3).delete()
    admin.post(f"/events/{made.pk}/resume/")
    send()
    made.refresh_from_db()
    assert made.lost == 2
    assert len(receiver.got) == 1
    assert "may be missing there" in admin.get(f"/events/{made.pk}/").content.decode()

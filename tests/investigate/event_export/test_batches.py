"""Events leave in batches to a collector over HTTPS, and the outbox holds a bounded number."""

from dashboard.outbox.models import OutboxEntry
from investigate.event_export.secrets import seal_secret
from investigate.event_export.states import Way
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.receivers import answer
from tests.investigate.event_export.sending_events import SECRET, add, send


def test_batches_are_compressed_lines_with_a_token(receiver, to):
    to(Way.HTTPS, receiver.url(), header="X-Auth", token=seal_secret("token 1"))
    add(*range(1, 1201))
    send()
    assert [len(got.lines) for got in receiver.got] == [500, 500, 200]
    got = receiver.got[0]
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["content-type"] == "application/x-ndjson"
    assert got.headers["x-auth"] == "token 1"
    assert [fault for line in got.lines for fault in faults_of(line, "email_security_alerts")] == []


def test_batches_are_bounded_by_bytes(receiver, to):
    to(Way.HTTPS, receiver.url())
    add(*range(1, 31), to=["x" * 300] * 300)
    send()
    assert sum(len(got.lines) for got in receiver.got) == 30
    assert len(receiver.got) > 2
    assert all(len(b"".join(got.lines)) < 1_100_000 for got in receiver.got)


def test_batches_keep_their_order_behind_one_that_waits(receiver, to):
    to(Way.HTTPS, receiver.url())
    receiver.answers = [answer(500)]
    add(*range(1, 1001))
    send()
    assert len(receiver.got) == 1
    send(later=True)
    assert len(receiver.got) == 3
    assert receiver.got[0].body == receiver.got[1].body, "a batch is the same each time"


def test_the_outbox_holds_a_bounded_number(receiver, to):
    to(address=receiver.url())
    receiver.otherwise = answer(503)
    add(*range(1, 1301))
    send()
    send()
    assert OutboxEntry.objects.count() == 1000
    receiver.otherwise = answer(204)
    send(later=True)
    send(later=True)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1300


def test_what_a_secret_seals_is_not_in_the_database(receiver, to):
    destination = to(Way.HTTPS, receiver.url(), header="X-Auth", token=seal_secret("the token"))
    destination.refresh_from_db()
    assert "the token" not in destination.token
    assert SECRET not in destination.secret

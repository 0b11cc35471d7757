"""One suite over four backends.

The gateway in process, the gateway over HTTP, the gateway over HTTP after the end of life of what is deprecated, and a
server that isn't ours.
"""

import base64
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections

from api_client import BadRequest, Client, FilterIgnored, Forbidden, NotFound, RetryPolicy, Unauthorized
from gateway.transport import InProcessTransport
from tests.contract import foreign_server
from tests.gateway.conftest import ACCOUNT, BASE
from tests.gateway.mails import held, stored
from tests.gateway.settings.kinds import KINDS

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
START = datetime(2026, 1, 1, tzinfo=UTC)


def fast() -> RetryPolicy:
    return RetryPolicy(sleep=lambda _seconds: None)


class Backend:
    """A client, and the ids of three delivered messages and one that is held, oldest first."""

    def __init__(self, connect, delivered: list[str], waiting: str, *, ours: bool) -> None:
        self.connect, self.delivered, self.waiting, self.ours = connect, delivered, waiting, ours
        self.client: Client = connect()

    @property
    def everything(self) -> list[str]:
        return [self.waiting, *reversed(self.delivered)]


@pytest.fixture
def foreign(write_token):
    messages = [foreign_server.message(number, held=number == 3) for number in range(4)]
    server = foreign_server.ForeignServer(ACCOUNT, write_token, messages)
    yield server
    server.close()


@pytest.fixture(params=["in process", "over HTTP", "nothing deprecated", "not ours"])
def backend(request, write_token, store, monkeypatch, settings):
    # Head and body are two writes; a client that waits for both would wait for the other's delayed acknowledgement.
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    clients = ExitStack()
    settings.GATEWAY_DEPRECATED = request.param != "nothing deprecated"
    if request.param == "not ours":
        server = request.getfixturevalue("foreign")
        messages = list(server.messages.values())
        ids, base, transport = [message["id"] for message in messages], server.base_url, None
    else:
        rows = [stored(subject=f"message {number}") for number in range(3)] + [held(subject="message 3")]
        keep_pictures(store, rows)
        ids = [row.investigate_id for row in rows]
        if request.param != "in process":
            server = request.getfixturevalue("live_server")
            base, transport = f"{server.url}/client/v4", None
        else:
            base, transport = BASE, InProcessTransport()

    def connect(token=write_token, account_id=ACCOUNT):
        client = Client(base_url=base, account_id=account_id, token=token, transport=transport, retry=fast())
        return clients.enter_context(client)

    yield Backend(connect, ids[:3], ids[3], ours=request.param != "not ours")
    clients.close()
    connections.close_all()


def keep_pictures(store, rows):
    """Put pictures where the renderer keeps them: drawing has tests of its own."""
    for row in rows:
        path = store / "previews" / row.raw_id[:2] / f"{row.raw_id}-1.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(foreign_server.PNG))


def search(**more):
    return {"detections_only": False, "start": START} | more


def test_search_finds_everything_newest_first(backend):
    assert [message.id for message in backend.client.investigate.list(**search()).items] == backend.everything


def test_search_pages_by_cursor_to_the_end(backend):
    first = backend.client.investigate.list(**search(per_page=3))
    second = backend.client.investigate.list(**search(per_page=3, cursor=first.next))
    assert [m.id for m in (*first.items, *second.items)] == backend.everything
    assert second.next is None
    assert [m.id for m in backend.client.investigate.iterate(**search(per_page=1))] == backend.everything


def test_a_page_of_ten_thousand_is_served_or_refused_and_read_in_parts(backend):
    pages = []
    with suppress(BadRequest):
        pages.append(backend.client.investigate.list_parted(**search(per_page=10_000)))
    assert len(pages) == int(backend.ours)
    pages.append(backend.client.investigate.list_parted(**search(per_page=1000)))
    for page in pages:
        assert [message.id for part in page.parts(3) for message in part] == backend.everything


def test_links_are_searched_for_only_where_the_backend_knows_how(backend):
    assert backend.client.investigate.known_extensions() == ({"url"} if backend.ours else set())
    if backend.ours:
        linked = stored(body="Look at https://one.test/login.php").investigate_id
        assert [message.id for message in backend.client.investigate.list(**search(url="login.php")).items] == [linked]
    else:
        with pytest.raises(FilterIgnored):
            backend.client.investigate.list(**search(url="login.php"))


def test_a_message_says_what_it_is(backend):
    message = backend.client.investigate.get(backend.waiting)
    assert (message.id, message.is_quarantined, message.final_disposition) == (backend.waiting, True, "SPAM")
    assert message.scanned_at.tzinfo is not None
    assert message.subject == "message 3"


def test_detections_trace_raw_and_preview_are_read(backend):
    investigate = backend.client.investigate
    assert investigate.detections.get(backend.waiting).action == "QUARANTINED"
    assert investigate.trace.get(backend.waiting).inbound.lines[0].message
    assert investigate.raw.get(backend.waiting).raw.startswith(("Subject:", "From:"))
    assert investigate.preview.get(backend.waiting).png.startswith(b"\x89PNG")
    assert investigate.preview.create(id=backend.delivered[0]).png.startswith(b"\x89PNG")


def test_a_download_says_whether_it_is_exact(backend):
    download = backend.client.investigate.raw.download(backend.waiting)
    assert b"\r\n\r\n" in download.content
    assert download.exact == backend.ours


def test_what_is_delivered_can_be_moved_and_what_is_held_can_not(backend):
    move = backend.client.investigate.move
    (moved,) = move.create(backend.delivered[0], destination="JunkEmail")
    assert (moved.success, moved.recipient) == (True, "bo@acme.example")
    results = move.bulk(ids=[backend.delivered[1], backend.waiting], destination="DeletedItems")
    assert {result.message_id: result.success for result in results} == {
        backend.delivered[1]: True,
        backend.waiting: False,
    }
    (entry,) = backend.client.investigate.action_log.list(backend.delivered[0])
    assert (entry.operation, entry.success, entry.properties.folder) == ("MOVE", True, "JunkEmail")


def test_a_released_message_is_delivered_and_shows_it(backend):
    (result,) = backend.client.investigate.release.bulk(ids=[backend.waiting])
    assert (result.id, result.delivered) == (backend.waiting, ["bo@acme.example"])
    assert not backend.client.investigate.get(backend.waiting).is_quarantined
    operations = [entry.operation for entry in backend.client.investigate.action_log.list(backend.waiting)]
    assert operations == ["QUARANTINE_RELEASE"]


def test_a_reclassification_is_taken_in(backend):
    backend.client.investigate.reclassify.create(backend.delivered[0], expected_disposition="SPAM")
    operations = [entry.operation for entry in backend.client.investigate.action_log.list(backend.delivered[0])]
    assert operations == ["SUBMISSION"]


def test_what_is_not_there_is_not_found(backend):
    with pytest.raises(NotFound) as missing:
        backend.client.investigate.get("nothing")
    assert missing.value.errors[0].code
    with pytest.raises(NotFound):
        backend.client.investigate.release.bulk(ids=["nothing"])


def test_a_bad_parameter_is_named(backend):
    with pytest.raises(BadRequest) as refused:
        backend.client.investigate.list(**search(cursor="rubbish"))
    assert refused.value.errors[0].pointer == "cursor"


def test_a_wrong_token_and_another_account_get_nowhere(backend):
    with pytest.raises(Unauthorized):
        backend.connect(token="wrong").investigate.list()
    with pytest.raises((NotFound, Forbidden)):
        backend.connect(account_id="f" * 32).investigate.list(end=datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_an_entry_of_settings_is_made_found_edited_and_deleted(backend, kind):
    resource = getattr(backend.client.settings, kind.path)
    made = [resource.create(**kind.new()) for _ in range(3)]
    assert resource.get(made[0].id).id == made[0].id
    assert {entry.id for entry in made} <= {entry.id for entry in resource.iterate(per_page=2)}
    edited = resource.edit(made[0].id, **kind.edit)
    assert {name: getattr(edited, name) for name in kind.edit} == kind.edit
    assert resource.get(made[1].id) == made[1]
    resource.delete(made[0].id)
    with pytest.raises(NotFound):
        resource.get(made[0].id)


def test_a_submission_is_listed_with_what_was_asked(backend):
    assert backend.client.submissions.list().items == []
    backend.client.investigate.reclassify.create(backend.delivered[0], expected_disposition="SPAM")
    (submission,) = backend.client.submissions.list().items
    assert submission.requested_disposition == "SPAM"
    assert submission.requested_at.tzinfo is not None


def test_phishguard_reports_are_listed(backend):
    reports = backend.client.phishguard.reports.list(start=START).items
    assert [report.title for report in reports] == ([] if backend.ours else ["Targeted"])

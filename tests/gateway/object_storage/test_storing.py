"""Mail on an S3 server: stored when the server says so, read by range, and missing only where the server says that."""

import multiprocessing
import socket
import threading

import pytest
from django.core.files.base import ContentFile

from gateway.models import Message, RawMail
from gateway.store.object_store import StorageUnreachable, object_store
from gateway.store.packs import Pack
from gateway.store.raw_mail import RawMailMissing, raw_storage, read_raw, write_raw
from tests.gateway.mails import mail, stored

RAW = b"Subject: one\r\n\r\n" + b"a body of its own " * 500


def test_what_is_written_is_read_byte_for_byte(s3):
    row = write_raw(RAW)
    assert s3.names() == [f"raw/{row.file}"]
    assert read_raw(row) == RAW
    assert write_raw(RAW).file == row.file
    assert len(s3.names()) == 1


def test_a_message_is_written_and_read_by_one_request_each(monkeypatch):
    asked = counted(monkeypatch)
    row = write_raw(RAW)
    read_raw(row)
    assert asked == ["PutObject", "GetObject"]


def test_of_a_pack_a_message_is_read_by_its_range(s3, monkeypatch):
    pack = Pack()
    rows = [pack.add(RAW + bytes([number])) for number in range(20)]
    pack.save()
    got = []
    client = raw_storage()._client()
    get_object = client.get_object
    monkeypatch.setattr(client, "get_object", lambda **how: got.append(get_object(**how)) or got[-1])
    assert [read_raw(row) for row in rows] == [RAW + bytes([number]) for number in range(20)]
    assert [answer["ContentLength"] for answer in got] == [row.length for row in rows]


def test_a_pack_never_takes_the_name_of_another(s3):
    names = {raw_storage().save("packs/one.zst", ContentFile(b"x")) for _ in range(5)}
    assert len(names) == 5
    assert sorted(s3.names()) == sorted(f"raw/{name}" for name in names)


def test_a_missing_and_a_damaged_object_are_missing_mail(s3):
    row = write_raw(RAW)
    s3.client.put_object(Bucket="mail", Key=f"raw/{row.file}", Body=b"something else")
    with pytest.raises(RawMailMissing):
        read_raw(row)
    s3.client.delete_object(Bucket="mail", Key=f"raw/{row.file}")
    with pytest.raises(RawMailMissing):
        read_raw(row)
    with pytest.raises(RawMailMissing):
        read_raw(RawMail(sha256="0" * 64, size=5, file="packs/short.zst", offset=10**6, length=5))


def test_a_server_that_is_not_there_has_lost_nothing(settings):
    row = write_raw(RAW)
    elsewhere(settings, f"http://127.0.0.1:{closed_port()}")
    for failing in (lambda: read_raw(row), lambda: write_raw(RAW), lambda: object_store("raw_mail").facts(row.file)):
        with pytest.raises(StorageUnreachable):
            failing()


def test_a_missing_bucket_and_a_wrong_key_are_no_missing_mail(settings, s3):
    row = write_raw(RAW)
    options = settings.STORAGES["raw_mail"]["OPTIONS"]
    settings.STORAGES = settings.STORAGES | {
        "raw_mail": settings.STORAGES["raw_mail"] | {"OPTIONS": options | {"bucket_name": "another"}}
    }
    for failing in (lambda: read_raw(row), lambda: object_store("raw_mail").facts(row.file)):
        with pytest.raises(StorageUnreachable):
            failing()


def test_a_server_that_hangs_is_given_up_in_time(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=lambda: accept_all(silent), daemon=True).start()
        elsewhere(settings, f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=1)
        with pytest.raises(StorageUnreachable):
            write_raw(RAW)


def test_after_a_fork_a_process_has_a_client_of_its_own():
    storage = raw_storage()
    row = write_raw(RAW)
    before = storage._client()
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put((storage._client() is before, read_raw(row) == RAW)))
    child.start()
    child.join(30)
    assert answers.get() == (False, True)
    assert storage._client() is before


@pytest.mark.django_db(databases=["default", "gateway"], transaction=True)
def test_mail_that_could_not_be_stored_is_put_off_and_leaves_nothing(settings, intake, s3):
    import smtplib

    from tests.gateway.policy_rows import protect

    protect("acme.example")
    elsewhere(settings, f"http://127.0.0.1:{closed_port()}")
    with smtplib.SMTP("127.0.0.1", intake, timeout=60) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail("ann@partner.example", ["bo@acme.example"], mail())
    assert refused.value.smtp_code == 451
    assert not Message.objects.using("gateway").exists()
    settings.STORAGES = settings.STORAGES | {"raw_mail": s3.options("raw", file_overwrite=False)}
    with smtplib.SMTP("127.0.0.1", intake, timeout=60) as smtp:
        smtp.sendmail("ann@partner.example", ["bo@acme.example"], mail())
    assert len(s3.names("raw/")) == 1


def test_the_api_says_that_it_can_be_asked_again(settings, http):
    message = stored()
    elsewhere(settings, f"http://127.0.0.1:{closed_port()}")
    answer = http.get(f"/investigate/{message.investigate_id}/raw")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def counted(monkeypatch) -> list[str]:
    asked: list[str] = []
    client = raw_storage()._client()
    client.meta.events.register("before-call.s3", lambda model, **_more: asked.append(model.name))
    return asked


def elsewhere(settings, url: str, **changed) -> None:
    options = settings.STORAGES["raw_mail"]["OPTIONS"] | {"endpoint_url": url} | changed
    settings.STORAGES = settings.STORAGES | {"raw_mail": settings.STORAGES["raw_mail"] | {"OPTIONS": options}}


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accept_all(server: socket.socket) -> None:
    kept = []
    while True:
        try:
            kept.append(server.accept())
        except OSError:
            return

"""Importing: .eml, mbox, Maildir and folders of them; nothing twice, nothing lost, nothing in the way."""

import hashlib
import json

import pytest
from django.core.management import call_command

from gateway.importing.sources import messages
from gateway.models import Message, RawMail
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import mail


@pytest.fixture
def folder(tmp_path):
    """A folder with each kind of source: eight messages, one of them twice, and what is no mail."""
    root = tmp_path / "mail"
    (root / "sub").mkdir(parents=True)
    one, two = mail(subject="one"), mail(subject="two")
    (root / "one.eml").write_bytes(one)
    (root / "sub" / "two.EML").write_bytes(two)
    (root / "again.eml").write_bytes(one)
    (root / "notes.csv").write_text("no,mail\n")
    box = root / "box"
    for name, part in (("1", "new"), ("2:2,S", "cur")):
        (box / part).mkdir(parents=True)
        (box / part / name).write_bytes(mail(subject=f"maildir {name}"))
    (box / "tmp").mkdir()
    (box / "tmp" / "3").write_bytes(mail(subject="half delivered"))
    archive = b""
    for number in range(3):
        archive += b"From list@x.example Mon Jan  5 10:00:00 2026\n"
        archive += mail(subject=f"mbox {number}", body="From the top\n\nFrom me to you").replace(b"\r\n", b"\n") + b"\n"
    (root / "archive").write_bytes(archive)
    return root


def run(*arguments):
    call_command("import_mail", *map(str, arguments), verbosity=0)


def test_a_folder_is_imported_whole_and_once(folder, tmp_path, capsys):
    report = tmp_path / "report.jsonl"
    run(folder, "--report", report)
    assert Message.objects.using("gateway").count() == 7
    run(folder)
    assert Message.objects.using("gateway").count() == 7
    assert "0 stored, 8 stored before, 0 could not be stored" in capsys.readouterr().out
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert len(lines) == 8
    assert all(set(line) == {"path", "sha256", "id", "disposition", "error"} for line in lines)
    for line in lines:
        row = Message.objects.using("gateway").get(investigate_id=line["id"])
        assert hashlib.sha256(read_raw(row.raw)).hexdigest() == line["sha256"]


def test_an_mbox_is_cut_at_its_from_lines_alone(folder):
    found = list(messages([folder / "archive"], largest=10**6))
    assert [one.label.rpartition("#")[2] for one in found] == ["1", "2", "3"]
    assert all(one.raw.startswith(b"From: ") and one.raw.endswith(b"From me to you\n") for one in found)
    assert {one.mail_from for one in found} == {"list@x.example"}


def test_an_eml_is_one_message_even_with_from_lines_in_it(tmp_path):
    body = b"Subject: forwarded\n\nhello\n\nFrom me@x.example Mon Jan  5 10:00:00 2026\nSubject: inner\n\n\n"
    path = tmp_path / "one.eml"
    path.write_bytes(b"From you@x.example Mon Jan  5 11:00:00 2026\n" + body)
    (found,) = messages([path], largest=10**6)
    assert (found.raw, found.mail_from, found.label) == (body, "you@x.example", str(path))


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(folder, tmp_path, capsys):
    report = tmp_path / "report.jsonl"
    missing = tmp_path / "missing.eml"
    with pytest.raises(SystemExit) as exit_:
        run(missing, folder / "one.eml", "--report", report)
    assert exit_.value.code == 1
    assert "missing.eml: No such file" in capsys.readouterr().err
    first, second = (json.loads(line) for line in report.read_text().splitlines())
    assert (first["id"], bool(first["error"])) == (None, True)
    assert second["id"]


def test_a_file_over_the_limit_is_not_stored(folder, settings):
    settings.GATEWAY_MAX_MESSAGE_BYTES = 1024
    (folder / "large.eml").write_bytes(mail(body="x" * 5000))
    with pytest.raises(SystemExit):
        run(folder / "large.eml")
    assert not RawMail.objects.using("gateway").exists()


def received(text):
    return f"Received: from a.example (a.example [198.51.100.9]) by mx.acme.example; {text}"


def test_dates_are_now_or_kept_from_the_newest_received_line(tmp_path):
    path = tmp_path / "dated.eml"
    path.write_bytes(mail(extra=received("Tue, 6 Jan 2026 10:00:00 +0100")))
    run(path, "--keep-dates")
    row = Message.objects.using("gateway").get()
    assert f"{row.scanned_at:%Y-%m-%d %H:%M:%S}" == "2026-01-06 09:00:00"
    other = tmp_path / "other.eml"
    other.write_bytes(mail(extra=received("Tue, 6 Jan 2026 10:00:00 +0100")))
    run(other)
    assert Message.objects.using("gateway").latest("id").scanned_at.year >= 2026
    assert Message.objects.using("gateway").latest("id").scanned_at > row.scanned_at


def test_a_thousand_messages_of_one_second_have_a_thousand_keys(tmp_path):
    for number in range(60):
        (tmp_path / f"{number}.eml").write_bytes(mail(extra=received("Tue, 6 Jan 2026 10:00:00 +0000")))
    run(tmp_path, "--keep-dates")
    assert Message.objects.using("gateway").count() == 60


@pytest.mark.parametrize(
    ("fields", "recipients"),
    [
        ("Delivered-To: final@acme.example\r\nX-Original-To: alias@acme.example", ["final@acme.example"]),
        ("X-Original-To: alias@acme.example", ["alias@acme.example"]),
        ("X-Nothing: 1", ["bo@acme.example", "cy@third.example"]),
    ],
)
def test_recipients_are_those_of_the_delivery_else_to_and_cc(tmp_path, fields, recipients):
    path = tmp_path / "one.eml"
    path.write_bytes(mail(cc="cy@third.example", extra=fields))
    run(path)
    assert Message.objects.using("gateway").get().client_recipients == recipients


def test_a_message_to_nobody_goes_to_unknown(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(b"Subject: no recipient\r\n\r\nhello")
    run(path)
    assert Message.objects.using("gateway").get().client_recipients == ["unknown@invalid"]

"""Attached messages are opened, of whatever type or name they are."""

import base64
import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from asn1crypto import cms

from gateway.mail.attachments import attached_messages
from gateway.mail.parser import parse
from tests.gateway.mail.compound_files import compound_file
from tests.gateway.mail.letters_with_files import LETTER, PROGRAM, mixed, only, part, places, with_file

TEXT = b"Content-Type: text/plain\r\n\r\nGo to http://text.test/a now."
INNER = mixed(TEXT, part(PROGRAM, "run.exe"), edge="inner")


def as_part(kind: str, data: bytes, *, name: str = "", coded: bool = False) -> bytes:
    return part(data, name, kind) if coded else f"Content-Type: {kind}\r\n\r\n".encode() + data


@pytest.mark.parametrize(
    "attached",
    [
        as_part("message/rfc822", INNER),
        as_part("message/rfc822", INNER, coded=True),
        as_part("message/global", INNER),
        as_part("message/global", INNER, coded=True),
        as_part("message/news", INNER),
        as_part("application/octet-stream", INNER, name="mail.eml", coded=True),
        as_part("application/octet-stream", b"From ann@partner.example Tue Mar  3\n" + INNER, name="m.EML", coded=True),
        as_part("application/octet-stream", INNER, coded=True),
        as_part("application/x-mail", b"\xef\xbb\xbf" + INNER, name="saved.mht", coded=True),
        as_part("application/octet-stream", b"987\n" + INNER, name="1.emlx", coded=True),
    ],
)
def test_its_files_and_links_are_listed(attached: bytes) -> None:
    message = parse(mixed(b"Content-Type: text/plain\r\n\r\nSee below.", attached))
    container = next(entry for entry in message.attachments if entry.is_message)
    program = only(message, "run.exe")
    assert program.container == message.attachments.index(container)
    assert program.sha256 == hashlib.sha256(PROGRAM).hexdigest()
    assert "executable" in program.features
    assert ("http://text.test/a", container.name or "message/rfc822") in places(message)
    assert container.name or container.declared_type == "application/octet-stream"
    assert message.text.strip() == "See below."
    assert message.unread == ()


def test_messages_in_messages_are_opened_to_the_last() -> None:
    raw = INNER
    for level in range(8):
        raw = mixed(as_part("message/rfc822", raw), edge=f"level{level}")
    message = parse(raw)
    chain = [only(message, "run.exe")]
    while chain[-1].container is not None:
        chain.append(message.attachments[chain[-1].container])
    assert len(chain) == 9
    assert message.unread == ()


def test_own_files_come_before_those_within_others() -> None:
    message = parse(mixed(as_part("message/rfc822", INNER), part(b"x", "last.txt")))
    assert [(entry.name, entry.container) for entry in message.attachments] == [
        ("inner.eml", None),
        ("last.txt", None),
        ("run.exe", 0),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"Subject: a line of a note\n\nhello", "note.txt"),
        (b"key: value\nother: value\n", "settings.conf"),
        (b"From: x\nTo: y\nSubject: z\nstart calc\n", "run.bat"),
        (b"hello", "a.eml"),
    ],
)
def test_other_files_are_no_messages(data: bytes, name: str) -> None:
    assert not only(with_file(data, name), name).is_message


def test_a_program_that_calls_itself_a_message_is_still_a_program() -> None:
    message = parse(mixed(part(b"From: x\r\n\r\nhello", "letter.js", "message/rfc822")))
    assert "script" in message.attachments[0].features


def outlook(**others: bytes) -> bytes:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    return compound_file(
        {
            "__properties_version1.0": b"\x00" * 32,
            "__substg1.0_0037001F": wide("saved"),
            "__substg1.0_0C1A001F": wide("Ann Reed"),
            "__substg1.0_5D01001F": wide("ann@partner.example"),
            "__substg1.0_1000001F": wide("Hello, see http://outlook.test/a for more."),
            "__substg1.0_10130102": b'<p><a href="http://outlook.test/b">notes</a></p>',
            "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("order form.exe"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": PROGRAM + b"\x00" * 5_000,
            "__attach_version1.0_#00000001/__substg1.0_3001001F": wide("within"),
            "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F": wide("deeper"),
            "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F": wide("http://outlook.test/c"),
            **others,
        }
    )


def test_what_outlook_saved_is_opened() -> None:
    message = with_file(outlook(), "saved.msg")
    saved = only(message, "saved.msg")
    assert (saved.detected_type, saved.is_message) == ("application/vnd.ms-outlook", True)
    assert "executable" in only(message, "order form.exe").features
    assert only(message, "within").is_message
    assert places(message) == {
        ("http://outlook.test/a", "saved.msg"),
        ("http://outlook.test/b", "saved.msg"),
        ("http://outlook.test/c", "within"),
    }


def test_what_outlook_saved_is_taken_out_as_mime_with_its_header() -> None:
    fields = "Message-ID: <7@partner.example>\r\nSubject: kept\r\n more\r\nContent-Type: text/x-other\r\n\r\n"
    data = outlook(**{"__substg1.0_007D001F": fields.encode("utf-16-le")})
    (raw,) = attached_messages(mixed(part(data, "saved.msg", "application/vnd.ms-outlook")))
    message = parse(raw)
    assert (message.message_id, message.subject) == ("<7@partner.example>", "kept more")
    assert [entry.name for entry in message.attachments[:2]] == ["order form.exe", "within"]


def test_messages_are_taken_out_of_a_zip_and_not_out_of_messages() -> None:
    buffer = io.BytesIO()
    outer = mixed(as_part("message/rfc822", INNER))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.eml", outer)
    assert attached_messages(mixed(part(buffer.getvalue(), "mail.zip"))) == [outer]


def smime(content: bytes, kind: str = "signed_data") -> bytes:
    if kind == "enveloped_data":
        return (
            bytes.fromhex("302806092a864886f70d010703a01b3019020100310030120609 2a864886f70d010701".replace(" ", ""))
            + b"\x00" * 9
        )
    if kind == "compressed_data":
        packed = {"content_type": "data", "content": zlib.compress(content)}
        algorithm = {"algorithm": "1.2.840.113549.1.9.16.3.8"}
        inner = {"version": "v0", "compression_algorithm": algorithm, "encap_content_info": packed}
        return cms.ContentInfo({"content_type": kind, "content": cms.CompressedData(inner)}).dump()
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": content},
            "signer_infos": [],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


@pytest.mark.parametrize("kind", ["signed_data", "compressed_data"])
def test_opaque_smime_is_shown_as_the_message_itself(kind: str) -> None:
    data = smime(INNER, kind)
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    message = parse(LETTER + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))
    assert "http://text.test/a" in message.text
    assert places(message) == {("http://text.test/a", "")}
    assert only(message, "run.exe").container == 0


def test_a_key_is_said_to_be_needed() -> None:
    message = with_file(smime(b"", "enveloped_data"), "smime.p7m", "application/pkcs7-mime")
    assert only(message, "smime.p7m").encrypted


def tnef(*files: tuple[str, bytes], code_page: bool = True) -> bytes:
    def attribute(level: int, number: int, kind: int, content: bytes) -> bytes:
        head = struct.pack("<BHHI", level, number, kind, len(content))
        return head + content + struct.pack("<H", sum(content) & 0xFFFF)

    wide = "long name of a file.exe\x00".encode("utf-16-le")
    props = struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(wide)) + wide
    data = b"\x78\x9f\x3e\x22\x01\x00"
    data += attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0)) if code_page else b""
    data += attribute(1, 0x8008, 7, b"IPM.Microsoft Mail.Note\x00")
    html = b'<a href="http://rich.test/a">x</a>'
    padded = html.ljust(-(-len(html) // 4) * 4, b"\x00")
    data += attribute(1, 0x9003, 6, struct.pack("<IHHII", 1, 0x102, 0x1013, 1, len(html)) + padded)
    for name, content in files:
        data += attribute(2, 0x9002, 6, b"\x00" * 14)
        data += attribute(2, 0x8010, 1, name.encode() + b"\x00") + attribute(2, 0x800F, 6, content)
        data += attribute(2, 0x9005, 6, props) if name == "LONGNA~1.EXE" else b""
    return data


@pytest.mark.parametrize("code_page", [True, False])
def test_winmail_dat_is_opened(*, code_page: bool) -> None:
    data = tnef(("LONGNA~1.EXE", PROGRAM), ("notes.txt", b"hello"), code_page=code_page)
    message = with_file(data, "winmail.dat", "application/ms-tnef")
    assert only(message, "long name of a file.exe").sha256 == hashlib.sha256(PROGRAM).hexdigest()
    assert only(message, "notes.txt").container == 0
    assert places(message) == {("http://rich.test/a", "")}
    cut = with_file(data[:-3], "winmail.dat", "application/ms-tnef")
    assert only(cut, "long name of a file.exe").container == 0

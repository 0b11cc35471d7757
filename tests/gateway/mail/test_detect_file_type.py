"""Telling what an attachment is by its content."""

import gzip
import io
import struct
import zipfile
import zlib

import py7zr
import pytest

from gateway.mail.filetypes import look_inside

PE = "application/vnd.microsoft.portable-executable"


def zipped(*names: str, encrypted: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    data = bytearray(buffer.getvalue())
    if encrypted:
        for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            data[data.index(mark) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "name", "media_type", "features"),
    [
        (b"MZ\x90\x00" + b"\x00" * 60, "setup.exe", PE, {"executable"}),
        (b"\x7fELF\x02\x01", "a", "application/x-elf", {"executable"}),
        (b"MZ\x90\x00", "invoice.pdf", PE, {"executable", "type-mismatch"}),
        (b"MZ", "invoice.pdf.exe", PE, {"executable", "double-extension"}),
        (b"MZ", "annual\u202efdp.exe", PE, {"executable", "right-to-left-name"}),
        (b"%PDF-1.7 /Catalog", "a.pdf", "application/pdf", set()),
        (b"%PDF-1.7 /OpenAction /JavaScript (x)", "a.pdf", "application/pdf", {"active-pdf"}),
        (b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 9, "a.lnk", "application/x-ms-shortcut", {"shortcut"}),
        (b"\x00" * 0x8001 + b"CD001", "a.iso", "application/x-iso9660-image", {"disk-image"}),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1", "a.one", "application/onenote", {"onenote", "carrier"}),
        (b"<html><form><input type=password></form>", "a.html", "text/html", {"html", "form", "password-input"}),
        (b"<script>new Blob([atob('x')])</script>", "a.htm", "text/html", {"html", "page-script", "smuggling"}),
        (b"<svg xmlns='x'><script>1</script></svg>", "a.svg", "image/svg+xml", {"page-script"}),
        (b"<html><hta:application id=x>", "a.hta", "text/html", {"html", "script"}),
        (b"#!/bin/sh\necho", "run", "text/x-shellscript", {"script"}),
        (b"var a = 1;", "a.js", "text/plain", {"script"}),
        (b"{\\rtf1 {\\*\\objdata 01}}", "a.rtf", "application/rtf", {"embedded-object"}),
        (b"hello", "a.txt", "text/plain", set()),
        (b"", "", "text/plain", set()),
        (b"\x00\x01\x02\x03\xff" * 9, "a.bin", "application/octet-stream", set()),
    ],
)
def test_it_tells_a_type_and_what_is_dangerous_about_it(
    data: bytes, name: str, media_type: str, features: set[str]
) -> None:
    contents = look_inside(data, name, "application/octet-stream")
    assert contents.media_type == media_type
    assert set(contents.features) == features
    assert not contents.encrypted


def test_it_reads_the_table_of_contents_of_a_zip() -> None:
    contents = look_inside(zipped("docs/a.pdf", "run.js", "Scan.pdf.exe"), "a.zip", "application/zip")
    assert contents.children == ("docs/a.pdf", "run.js", "Scan.pdf.exe")
    assert set(contents.features) == {"contains-script", "contains-executable", "double-extension"}


def test_it_sees_that_a_zip_needs_a_password() -> None:
    assert look_inside(zipped("a.pdf", encrypted=True), "a.zip", "application/zip").encrypted


def test_it_reads_a_zip_without_a_directory() -> None:
    data = zipped("a.exe")
    contents = look_inside(data[: data.index(b"PK\x01\x02")], "a.zip", "application/zip")
    assert contents.children == ("a.exe",)


def test_it_finds_macros_in_office_documents() -> None:
    plain = zipped("[Content_Types].xml", "word/document.xml")
    macro = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
    assert look_inside(plain, "a.docx", "").features == ()
    contents = look_inside(macro, "a.docm", "")
    assert contents.media_type.endswith("wordprocessingml.document")
    assert contents.features == ("macro",)
    assert contents.children == ()


def rar_block(kind: int, flags: int, body: bytes) -> bytes:
    """Return a block of RAR 4 with its checksum."""
    block = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(block) & 0xFFFF) + block


def test_it_sees_that_a_rar_needs_a_password() -> None:
    key = bytes([4, 0, 0, 0, 15]) + b"\x00" * 16
    header = bytes([len(key)]) + key
    encrypted = b"Rar!\x1a\x07\x01\x00" + struct.pack("<I", zlib.crc32(header)) + header
    assert look_inside(encrypted, "a.rar", "").encrypted
    entry = struct.pack("<IIBIIBBHI", 5, 5, 2, zlib.crc32(b"hello"), 0x5A6A0000, 29, 48, 5, 0x20) + b"a.exe"
    start = b"Rar!\x1a\x07\x00" + rar_block(0x73, 0, b"\x00" * 6)
    contents = look_inside(start + rar_block(0x74, 0x8004, entry) + b"hello", "a.rar", "")
    assert (contents.children, contents.encrypted) == (("a.exe",), True)
    assert contents.features == ("contains-executable",)


def test_it_reads_what_lies_uncompressed_in_a_rar() -> None:
    entry = struct.pack("<IIBIIBBHI", 5, 5, 2, zlib.crc32(b"hello"), 0x5A6A0000, 29, 48, 5, 0x20) + b"a.txt"
    start = b"Rar!\x1a\x07\x00" + rar_block(0x73, 0, b"\x00" * 6)
    contents = look_inside(start + rar_block(0x74, 0x8000, entry) + b"hello", "a.rar", "")
    assert [(member.name, member.data) for member in contents.opened.members] == [("a.txt", b"hello")]


def seven_zip(password: str | None = None, *, hides_names: bool = False) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password, header_encryption=hides_names) as archive:
        archive.writestr(b"MZ no program", "in/run.exe")
    return buffer.getvalue()


def test_it_opens_a_seven_zip_and_sees_that_it_needs_a_password() -> None:
    plain = look_inside(seven_zip(), "a.7z", "")
    assert [(member.name, member.data) for member in plain.opened.members] == [("in/run.exe", b"MZ no program")]
    assert (plain.children, plain.encrypted) == (("in/run.exe",), False)
    named = look_inside(seven_zip("2207"), "a.7z", "")
    assert (named.children, named.encrypted, named.opened.members) == (("in/run.exe",), True, [])
    assert look_inside(seven_zip("2207", hides_names=True), "a.7z", "").encrypted


def test_it_reads_the_name_inside_a_gzip() -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile("report.xml", "wb", fileobj=buffer) as stream:
        stream.write(b"<feedback/>")
    assert look_inside(buffer.getvalue(), "report.xml.gz", "application/gzip").children == ("report.xml",)


def test_an_archive_tells_of_names_that_hide_their_ending() -> None:
    contents = look_inside(zipped("x" * 900 + ".exe", "a.js\u200b", "call.rdp"), "a.zip", "application/zip")
    assert set(contents.features) == {"contains-executable", "contains-script", "contains-remote"}

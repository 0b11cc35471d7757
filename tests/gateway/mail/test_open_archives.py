"""Archives are opened: every name that one of their lists has, and what they hold."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import py7zr
import pycdlib
import pytest
import zstandard

from gateway.mail import limits
from tests.gateway.mail.letters_with_files import PROGRAM, only, with_file


def zipped(*names: str, content: bytes = PROGRAM, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def large_sizes(name: str) -> bytes:
    """Return an archive with the sizes in the fields of ZIP64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open(name, "w", force_zip64=True) as entry:
        entry.write(PROGRAM)
    return buffer.getvalue()


def tarred(name: str, kind: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=kind) as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(PROGRAM)
        archive.addfile(entry, io.BytesIO(PROGRAM))
    return buffer.getvalue()


def cabinet(*names: str) -> bytes:
    files = b"".join(struct.pack("<IIHHHH", 5, 0, 0, 0, 0, 0x20) + name.encode() + b"\x00" for name in names)
    head = (
        b"MSCF"
        + struct.pack("<IIIII", 0, 36 + len(files), 0, 36, 0)
        + struct.pack("<BBHHHHH", 3, 1, 0, len(names), 0, 0, 0)
    )
    return head + files


def image() -> bytes:
    disk, buffer = pycdlib.PyCdlib(), io.BytesIO()
    disk.new(joliet=3)
    disk.add_fp(io.BytesIO(PROGRAM), len(PROGRAM), "/RUN.EXE;1", joliet_path="/order list.exe")
    disk.write_fp(buffer)
    disk.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "inner"),
    [
        ("a.zip", zipped("docs/run.exe"), "docs/run.exe"),
        ("a.zip", zipped("run.exe", method=zipfile.ZIP_STORED), "run.exe"),
        ("a.zip", zipped("run.exe", method=zipfile.ZIP_BZIP2), "run.exe"),
        ("a.zip", large_sizes("run.exe"), "run.exe"),
        ("a.tar", tarred("run.exe"), "run.exe"),
        ("a.tar", tarred("in/run.exe", tarfile.GNU_FORMAT), "in/run.exe"),
        ("a.tar", tarred("run.exe", tarfile.USTAR_FORMAT), "run.exe"),
        ("run.exe.gz", gzip.compress(PROGRAM), "run.exe"),
        ("run.exe.bz2", bz2.compress(PROGRAM), "run.exe"),
        ("run.exe.xz", lzma.compress(PROGRAM), "run.exe"),
        ("run.exe.zst", zstandard.compress(PROGRAM), "run.exe"),
        ("a.iso", image(), "order list.exe"),
    ],
)
def test_what_it_holds_is_listed_and_hashed(name: str, data: bytes, inner: str) -> None:
    message = with_file(data, name)
    program = only(message, inner)
    assert (program.container, program.size) == (0, len(PROGRAM))
    assert "executable" in program.features
    assert inner in only(message, name).children
    assert message.unread == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tgz", gzip.compress(tarred("run.exe"))),
        ("a.tar.xz", lzma.compress(tarred("run.exe"))),
        ("a.zip", zipped("b.zip", content=zipped("run.exe"))),
        ("a.zip", zipped("b.zip", content=zipped("run.exe"), method=zipfile.ZIP_STORED)),
        ("a.zip", zipped("b.tar.gz", content=gzip.compress(tarred("run.exe")))),
    ],
)
def test_an_archive_in_an_archive_is_opened(name: str, data: bytes) -> None:
    message = with_file(data, name)
    program = only(message, "run.exe")
    assert program.container is not None
    assert message.attachments[program.container].container is not None


def test_a_name_in_a_cabinet_counts() -> None:
    message = with_file(cabinet("a.txt", "run.exe"), "a.cab")
    found = only(message, "a.cab")
    assert message.defects == ("Files in archive a.cab are compressed: they were judged by their names.",)
    assert found.children == ("a.txt", "run.exe")
    assert "contains-executable" in found.features


def test_names_of_both_archives_in_a_row_count() -> None:
    message = with_file(zipped("a.pdf") + zipped("run.exe"), "a.zip")
    assert set(only(message, "a.zip").children) == {"a.pdf", "run.exe"}
    assert only(message, "run.exe").size == len(PROGRAM)


def test_a_name_that_only_the_local_header_has_counts() -> None:
    data = zipped("run.exe")
    place = data.index(b"PK\x01\x02") + 46
    message = with_file(data[:place] + b"run.txt" + data[place + 7 :], "a.zip")
    assert set(only(message, "a.zip").children) == {"run.txt", "run.exe"}


def test_an_entry_that_the_directory_leaves_out_counts() -> None:
    data = zipped("a.txt", "run.exe")
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    end = data.index(b"PK\x05\x06")
    shorter = data[:second] + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, second - first, first, 0)
    assert end > second
    assert set(only(with_file(shorter, "a.zip"), "a.zip").children) == {"a.txt", "run.exe"}


def test_bytes_in_front_of_an_archive_do_not_hide_it() -> None:
    data = b"PK\x03\x04" + b"\x00" * 40 + zipped("run.exe")
    assert only(with_file(data, "a.zip"), "run.exe").container == 0


def test_a_size_in_the_lists_does_not_cut_packed_data_short() -> None:
    data = bytearray(zipped("run.exe", content=PROGRAM * 40))
    for mark, place in ((b"PK\x01\x02", 20), (b"PK\x03\x04", 18)):
        struct.pack_into("<I", data, data.index(mark) + place, 3)
    assert only(with_file(bytes(data), "a.zip"), "run.exe").size == len(PROGRAM) * 40


def test_a_bomb_is_left_out_and_said() -> None:

    message = with_file(zipped("a.bin", content=b"\x00" * (limits.UNPACKED_BYTES + 1)), "a.zip")
    assert message.unread == ("A file in archive a.zip is too large to be opened: a.bin.",)


def test_the_budget_is_one_for_all_files() -> None:
    half = zipped("a.bin", content=b"\x00" * (limits.UNPACKED_BYTES * 2 // 3))
    message = with_file(zipped("1.zip", "2.zip", content=half), "a.zip")
    assert message.unread == ("A file in archive 2.zip is too large to be opened: a.bin.",)


def test_archives_without_end_are_left_at_some_depth_and_said() -> None:
    data = PROGRAM
    for level in range(limits.CONTAINER_DEPTH + 3):
        data = zipped(f"{level}.zip", content=data, method=zipfile.ZIP_STORED)
    assert with_file(data, "a.zip").unread == (
        f"Files nested deeper than {limits.CONTAINER_DEPTH} levels were not opened.",
    )


def test_of_many_files_the_risky_ones_are_listed_and_the_rest_counted() -> None:
    names = [f"{number}.txt" for number in range(600)]
    message = with_file(zipped(*names, "run.exe", content=b"x"), "a.zip")
    assert len(message.attachments) == limits.MEMBERS_LISTED + 1
    assert only(message, "run.exe").container == 0
    assert message.defects == ("301 more files in attached files were looked into and are not listed.",)
    assert message.unread == ()


def test_too_many_names_are_said() -> None:
    names = [f"{number}.txt" for number in range(limits.ARCHIVE_ENTRIES + 1)]
    unread = with_file(zipped(*names, content=b"x"), "a.zip").unread
    assert unread == (f"Archive a.zip lists more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read.",)


def test_a_damaged_archive_is_said() -> None:
    message = with_file(b"7z\xbc\xaf\x27\x1c" + b"\xff" * 90, "a.7z")
    assert message.unread == ("File a.7z is damaged, or built in a way that is not known: it was not opened.",)


def test_a_password_that_only_one_list_asks_for_hides_nothing() -> None:
    data = bytearray(zipped("run.exe"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    message = with_file(bytes(data), "a.zip")
    assert only(message, "a.zip").encrypted
    assert only(message, "run.exe").size == len(PROGRAM)


def test_names_count_where_the_content_can_not_be_unpacked() -> None:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        archive.writestr(PROGRAM, "..\\..\\run.exe")
    found = with_file(buffer.getvalue(), "a.7z")
    assert "contains-executable" in only(found, "a.7z").features
    assert found.unread == ("Not all files in archive a.7z could be opened.",)


def test_what_comes_before_damage_in_a_tar_counts() -> None:
    data = tarred("run.exe") + tarred("cut.exe")[:600]
    assert only(with_file(data, "a.tar"), "run.exe").size == len(PROGRAM)

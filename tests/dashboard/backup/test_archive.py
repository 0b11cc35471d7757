"""The archive: what was added is read in its order, in bounded memory, and what is damaged says so."""

import io
import os
import tarfile

import pytest
import zstandard

from dashboard.backup.archive import ArchiveWriter, members
from dashboard.backup.errors import ArchiveDamaged, BackupError
from dashboard.backup.sources import is_safe_name

PASSPHRASE = b"a passphrase of the tests"


def written(passphrase=None, files=((b"files/raw/one", b"a" * 300_000), (b"files/raw/\xff\n", b""))) -> bytes:
    out, listing = io.BytesIO(), io.BytesIO()
    archive = ArchiveWriter(out, listing, passphrase)
    archive.add_json("header.json", {"format": 1})
    archive.add_folder("files/mailboxes/empty")
    for name, content in files:
        archive.add_file(os.fsdecode(name), io.BytesIO(content), size=len(content), mtime=1_700_000_000.5)
    archive.finish(why="a test")
    assert not archive._tar.members
    return out.getvalue()


def read(content, passphrase=None):
    return [
        (member.name, member.mtime, member.file and member.file.read())
        for member in members(io.BytesIO(content), passphrase)
    ]


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_what_was_added_is_read(passphrase):
    found = read(written(passphrase), passphrase)

    assert [name for name, _, _ in found] == [
        "header.json",
        "files/mailboxes/empty",
        "files/raw/one",
        os.fsdecode(b"files/raw/\xff\n"),
        "listing",
        "manifest.json",
    ]
    assert found[1][2] is None
    assert found[2][1:] == (1_700_000_000.5, b"a" * 300_000)
    assert found[3][2] == b""
    assert found[4][2].count(b"\n") == 2
    assert b'"files/raw": 2' in found[5][2]
    assert b"a test" in found[5][2]


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_an_archive_that_is_cut_off_has_no_manifest(passphrase):
    content = written(passphrase, files=((b"files/raw/x", os.urandom(200_000)),))
    names = []
    for size in (len(content) // 3, len(content) // 2, len(content) - 300):
        with pytest.raises(ArchiveDamaged, match="cut off"):
            for member in members(io.BytesIO(content[:size]), passphrase):
                names.append(member.name)
                if member.file:
                    member.file.read()
    assert "manifest.json" not in names


def test_a_changed_byte_is_noticed():
    content = bytearray(written(files=((b"files/raw/x", os.urandom(200_000)),)))
    content[100_000] ^= 1
    with pytest.raises(ArchiveDamaged, match="damaged"):
        read(bytes(content))


def test_a_file_that_shrinks_ends_the_backup():
    archive = ArchiveWriter(io.BytesIO(), io.BytesIO())
    with pytest.raises(BackupError, match="shorter"):
        archive.add_file("files/raw/x", io.BytesIO(b"12345"), size=6, mtime=0)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        entry = tarfile.TarInfo("files/raw/x")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(ArchiveDamaged, match="neither a file nor a folder"):
        read(zstandard.ZstdCompressor().compress(plain.getvalue()))


def test_names_stay_in_their_places():
    for name in (
        "files/raw/ab/cd/x.zst",
        "files/keys/secret_key",
        "files/sample_mail",
        "files/mailboxes/ab/.Junk/cur/1:2,S",
    ):
        assert is_safe_name(name)
    for name in (
        "/files/raw/x", "files/raw/../../x", "files/../raw", "files/run.json", "files/raw//x", "files/raw/", "raw/x",
        "files/rawx", "files/raw/./x", "files/console.sqlite3", "files", "files/raw/a\0b", "", "files/raw/..",
    ):  # fmt: skip
        assert not is_safe_name(name), name

"""Encrypted archives: what was written is read, and nothing that was changed, moved, cut off or added is."""

import io

import pytest

from dashboard.backup import encryption
from dashboard.backup.encryption import MAGIC, DecryptingReader, EncryptingWriter, passphrase_of
from dashboard.backup.errors import ArchiveDamaged, BackupError

PASSPHRASE = b"a passphrase of the tests"
HEAD = len(MAGIC) + 16 + 7


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    # The size of a chunk is the format's: many of them would be slow.
    monkeypatch.setattr(encryption, "CHUNK", 100)


def encrypted(plain: bytes) -> bytes:
    out = io.BytesIO()
    with EncryptingWriter(out, PASSPHRASE) as writer:
        for start in range(0, len(plain), 37):
            writer.write(plain[start : start + 37])
    return out.getvalue()


def decrypted(content: bytes, passphrase: bytes = PASSPHRASE) -> bytes:
    return DecryptingReader(io.BytesIO(content), passphrase).readall()


def chunks(content: bytes) -> list[bytes]:
    body = content[HEAD:]
    return [body[start : start + 116] for start in range(0, len(body), 116)]


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 350])
def test_what_was_written_is_read(size):
    plain = bytes(range(256)) * 2
    content = encrypted(plain[:size])
    assert decrypted(content) == plain[:size]
    assert len(content) == HEAD + size + 16 * max(1, -(-size // 100))


def test_the_plain_text_is_not_in_it_and_no_two_are_alike():
    one, other = encrypted(b"secret key " * 30), encrypted(b"secret key " * 30)
    assert b"secret" not in one
    assert not set(chunks(one)) & set(chunks(other))


def test_another_passphrase_is_refused():
    with pytest.raises(ArchiveDamaged, match="passphrase is another"):
        decrypted(encrypted(b"x" * 250), b"another passphrase")


@pytest.mark.parametrize("place", [len(MAGIC) + 1, HEAD - 1, HEAD, HEAD + 150, -1])
def test_a_changed_byte_is_refused(place):
    content = bytearray(encrypted(b"x" * 250))
    content[place] ^= 1
    with pytest.raises(ArchiveDamaged):
        decrypted(bytes(content))


def test_chunks_have_their_order_and_their_end():
    content = encrypted(bytes(range(250)))
    first, second, last = chunks(content)
    for forged in ([second, first, last], [first, second], [first], [], [first, last], [first, second, last, last]):
        with pytest.raises(ArchiveDamaged):
            decrypted(content[:HEAD] + b"".join(forged))


def test_what_is_no_archive_is_refused():
    for content in (b"", b"PK\x03\x04 something else", MAGIC):
        with pytest.raises(ArchiveDamaged, match="no encrypted backup"):
            decrypted(content)


def test_passphrases_have_no_newline_and_are_long():
    assert passphrase_of(b"long enough, this\r\n") == b"long enough, this"
    with pytest.raises(BackupError, match="shorter than 12"):
        passphrase_of(b"short\n\n\n\n\n\n\n\n")

"""Encrypted archives: AES-256-GCM over chunks, as in the STREAM construction (https://eprint.iacr.org/2015/189).

The file is MAGIC, a salt of 16 bytes, a nonce prefix of 7 bytes, then chunks: each is CHUNK bytes of plain text and a
tag of 16 bytes, and the last one may be shorter. A chunk's nonce is the prefix, its number in 4 bytes, and whether it
is the last in one byte. So a chunk that was changed, moved, taken away or added is refused, and so is an end that was
cut off. The key is made from the passphrase by scrypt, with the salt: it serves one archive.
"""

import os
from io import BufferedIOBase, RawIOBase
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from dashboard.backup.errors import ArchiveDamaged, BackupError

MAGIC = b"gatehouse backup, encrypted, 1\n"
CHUNK = 1024 * 1024
SHORTEST_PASSPHRASE = 12
_TAG, _SALT, _PREFIX = 16, 16, 7
_MOST_CHUNKS = 2**32


def passphrase_of(content: bytes) -> bytes:
    """Return the passphrase in the content of a file: all of it without the newline at its end.

    :raises BackupError: it is shorter than SHORTEST_PASSPHRASE bytes.
    """
    passphrase = content.rstrip(b"\r\n")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"The passphrase is shorter than {SHORTEST_PASSPHRASE} bytes.")
    return passphrase


class EncryptingWriter(BufferedIOBase):
    """Encrypts what is written to it into `out`. `close` writes the last chunk, and leaves `out` open."""

    def __init__(self, out: BinaryIO, passphrase: bytes) -> None:
        self._out = out
        salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._head = MAGIC + salt + prefix
        self._cipher, self._prefix = _cipher(passphrase, salt), prefix
        self._number = 0
        self._waiting = bytearray()
        out.write(self._head)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override] # of all buffers, these
        """Take all of `data`; at most a chunk of it waits in memory."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._write(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the last chunk. An archive without it is refused."""
        if not self.closed:
            self._write(bytes(self._waiting), is_last=True)
            super().close()

    def _write(self, chunk: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, is_last=is_last), chunk, self._head))
        self._number += 1


class DecryptingReader(RawIOBase):
    """Reads the plain text of an encrypted archive. No byte is returned that was not authenticated.

    :raises ArchiveDamaged: by each read, when a chunk does not fit.
    """

    def __init__(self, source: BinaryIO, passphrase: bytes) -> None:
        self._source = source
        self._head = source.read(len(MAGIC) + _SALT + _PREFIX)
        if len(self._head) < len(MAGIC) + _SALT + _PREFIX or not self._head.startswith(MAGIC):
            raise ArchiveDamaged("This is no encrypted backup, or its beginning is missing.")
        salt = self._head[len(MAGIC) : len(MAGIC) + _SALT]
        self._cipher, self._prefix = _cipher(passphrase, salt), self._head[-_PREFIX:]
        self._number = 0
        self._ahead = source.read(CHUNK + _TAG)
        self._plain = memoryview(b"")
        self._is_over = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # of all buffers, this
        """Fill the buffer as far as the chunk at hand goes. Return 0 at the end."""
        while not self._plain and not self._is_over:
            self._plain = memoryview(self._next())
        count = min(len(buffer), len(self._plain))
        buffer[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _next(self) -> bytes:
        chunk, self._ahead = self._ahead, self._source.read(CHUNK + _TAG)
        self._is_over = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._prefix, self._number, is_last=self._is_over), chunk, self._head)
        except (InvalidTag, ValueError) as error:
            why = (
                "The passphrase is another one, or the archive was changed or cut off."
                if self._number == 0
                else f"The archive was changed or cut off: its chunk {self._number + 1} does not fit."
            )
            raise ArchiveDamaged(why) from error
        self._number += 1
        return plain


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    # 128 MB of memory and about half a second for each guess.
    return AESGCM(Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase))


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    if number >= _MOST_CHUNKS:
        raise BackupError("The archive is larger than 4,096 TB, for which one key doesn't serve.")
    return prefix + number.to_bytes(4, "big") + bytes([is_last])

"""Encrypted archives, for handing mail on without anything on the way opening it."""

import io

import pyzipper

PASSWORD = "infected"  # noqa: S105 - the one that the field agreed on; it keeps scanners out, not people
"""The password of every archive."""


def archived(content: bytes, name: str) -> bytes:
    """Return a ZIP with one file in it, encrypted with AES-256 under PASSWORD."""
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr(name, content)
    return buffer.getvalue()

"""Encrypted ZIP archives, so that scanners do not open malicious mail that analysts pass on."""

import io

import pyzipper

PASSWORD = "infected"  # noqa: S105 - the usual password for malware samples; it stops scanners, not people
"""The password of every archive."""


def archived(content: bytes, name: str) -> bytes:
    """Return a ZIP archive with one file, encrypted with AES-256 and PASSWORD."""
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr(name, content)
    return buffer.getvalue()

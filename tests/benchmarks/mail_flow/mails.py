"""Varied mail of the project's own: samples, synthetic mail, long newsletters, and attachments of usual sizes."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random

from gateway.samples.collection import sample_messages
from gateway.synthetic import synthetic_mail

DOMAIN = "acme.example"
POOL = 1_000
"""Different messages; each is sent with a line of its own on top, so that no two have the same bytes."""
LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """A message and its envelope."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]


def pool(seed: int = 1) -> list[Mail]:
    """Return POOL messages: of ten, four are synthetic, two are samples, three newsletters, one has an attachment."""
    now, chance = datetime.now(UTC), Random(seed)
    samples = [
        Mail(sample.raw, sample.mail_from, at_home) for sample in sample_messages(now) if (at_home := _own(sample))
    ]
    found = []
    for number in range(POOL):
        made = synthetic_mail(seed, number * 8, domain=DOMAIN, scanned_at=now)
        kind = number % 10
        if kind < 4:
            found.append(Mail(made.raw, made.mail_from, made.recipients))
        elif kind < 6:
            found.append(samples[(number // 10 * 2 + kind - 4) % len(samples)])
        else:
            parts = _newsletter(chance) if kind < 9 else _with_attachment(chance, number)
            found.append(Mail(_letter(chance, number, made.recipients[0], parts, now), made.mail_from, made.recipients))
    return found


def _own(sample: object) -> tuple[str, ...]:
    recipients: tuple[str, ...] = sample.recipients  # type: ignore[attr-defined]
    return tuple(address for address in recipients if address.endswith(f"@{DOMAIN}"))


def _letter(chance: Random, number: int, to: str, parts: list[str], now: datetime) -> bytes:
    host = f"partner{chance.randrange(40)}.example"
    lines = [
        f"Received: from mx.{host} (mx.{host} [198.51.100.{chance.randrange(1, 255)}])",
        f"\tby mx.{DOMAIN} with ESMTPS id {number:08X}; {format_datetime(now)}",
        f"From: Somebody <news{chance.randrange(90)}@{host}>",
        f"To: <{to}>",
        f"Subject: {_words(chance, 5).capitalize()}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{number}.{chance.randrange(16**8):08x}@{host}>",
        "MIME-Version: 1.0",
        *parts,
    ]
    return "\r\n".join(lines).encode()


def _newsletter(chance: Random) -> list[str]:
    """Return a page of 8 to 80 KB with a style sheet, nested tables, pictures and links, as programs write them."""
    size, page = int(8_000 * 10 ** chance.random()), [f"<html><head><style>{_styles(chance)}</style></head><body>"]
    length = len(page[0])
    while length < size:
        link = (
            f"https://news.partner{chance.randrange(40)}.example/{chance.randrange(10**7)}?u={chance.randrange(10**9)}"
        )
        row = (
            f'<table width="600" cellpadding="0"><tr><td style="padding:12px;font:14px Arial;color:#333">'
            f'<a href="{link}"><img src="{link}.png" width="200" alt="{_words(chance, 2)}"></a>'
            f"<h2>{_words(chance, 6)}</h2><p>{_words(chance, 60)}</p>"
            f'<a href="{link}" style="color:#0057b7">{_words(chance, 3)}</a></td></tr></table>'
        )
        page.append(row)
        length += len(row)
    encoded = base64.encodebytes(("\n".join(page) + "</body></html>").encode()).decode().strip().replace("\n", "\r\n")
    return ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "", encoded, ""]


def _with_attachment(chance: Random, number: int) -> list[str]:
    """Return a letter with a file of 60 KB in the middle, log-normally distributed: a PDF, a picture, or an archive."""
    content = chance.randbytes(min(LARGEST, int(chance.lognormvariate(11, 1.3))))
    name, kind, content = (
        ("offer.pdf", "application/pdf", b"%PDF-1.4\n" + content + b"\n%%EOF\n"),
        ("picture.png", "image/png", b"\x89PNG\r\n\x1a\n" + content),
        ("papers.zip", "application/zip", _zipped(content)),
    )[number // 10 % 3]
    encoded = base64.encodebytes(content).decode().strip().replace("\n", "\r\n")
    return [
        'Content-Type: multipart/mixed; boundary="=_flow"',
        "",
        "--=_flow",
        "Content-Type: text/plain; charset=utf-8",
        "",
        _words(chance, 120),
        "--=_flow",
        f'Content-Type: {kind}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        "",
        encoded,
        "--=_flow--",
        "",
    ]


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("figures.csv", content)
        archive.writestr("readme.txt", "Figures of the last quarter.")
    return buffer.getvalue()


def _styles(chance: Random) -> str:
    return " ".join(f".c{number}{{color:#{chance.randrange(16**6):06x};margin:{number % 9}px}}" for number in range(60))


_WORDS = (
    "meeting budget garden harbour quarter train weather letter office report window coffee summer project contract "
    "market bridge picture evening station answer number paper morning question village kitchen doctor music journey"
).split()


def _words(chance: Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))

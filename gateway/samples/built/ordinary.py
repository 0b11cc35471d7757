"""Legitimate samples with attachments, many parts, or a large size."""

from datetime import datetime
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.packing import file_part, multipart, picture, text_part, zip_of

_PDF: Final = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_LINES_OF_LOG: Final = 14_000
_ROWS_OF_DATA: Final = 30_000
_PARTS: Final = 120


def inline_pictures(_now: datetime) -> str:
    """Return a sample: a report with embedded images."""
    html = (
        "<html><body><p>Hi all,</p><p>here are the two stands of the competition:</p>"
        '<p><img src="cid:one@stand" width="320" alt="Stand one"></p>'
        '<p><img src="cid:two@stand" width="320" alt="Stand two"></p>'
        "<p>Ours is in the second row this year.<br>Chloé</p></body></html>"
    )
    related = multipart(
        "related",
        "rel-1",
        text_part(html, "html"),
        file_part(
            "stand1.png",
            "image/png",
            picture(320, 180, (0x0A5EA8, 0xFFFFFF, 0xD9B44A)),
            "Content-ID: <one@stand>",
            disposition="inline",
        ),
        file_part(
            "stand2.png",
            "image/png",
            picture(320, 180, (0x2E7D32, 0xF6F4EF)),
            "Content-ID: <two@stand>",
            disposition="inline",
        ),
    )
    way = journey(
        "embedded pictures",
        "NONE",
        4,
        "15:35",
        "chloe.martin@acme.example",
        "marcus.bell@acme.example, anna.weber@acme.example, elena.petrova@acme.example",
        "",
        "",
        "internal",
    )
    return source(
        way,
        {
            "From": "Chloé Martin <chloe.martin@acme.example>",
            "To": "marcus.bell@acme.example",
            "Cc": "anna.weber@acme.example, elena.petrova@acme.example",
            "Subject": "Pictures from the fair",
        },
        related,
    )


def many_kinds_of_files(_now: datetime) -> str:
    """Return a sample: attachments of many file types."""
    office = {"[Content_Types].xml": b"<Types/>"}
    body = multipart(
        "mixed",
        "all-1",
        text_part("Dear Daniel,\n\nall papers for the delivery to Łódź are attached.\n\nHalden Freight\n"),
        file_part("CMR_20931.pdf", "application/pdf", _PDF),
        file_part(
            "packing list.xlsx", "application/vnd.ms-excel", zip_of(office | {"xl/workbook.xml": b"<workbook/>"})
        ),
        file_part("instructions.docx", "application/msword", zip_of(office | {"word/document.xml": b"<document/>"})),
        file_part("pallets.csv", "text/csv", b"pallet;kg\n1;204\n2;214\n"),
        file_part("label.png", "image/png", picture(200, 120, (0, 0xFFFFFF, 0, 0xFFFFFF, 0xFFFFFF, 0))),
        file_part("photos.zip", "application/zip", zip_of({"p1.txt": b"photo one", "p2.txt": b"photo two"})),
        file_part("contact.vcf", "text/vcard", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Halden Freight\r\nEND:VCARD\r\n"),
        file_part("note.txt", "text/plain", "Rampe 2, bitte klingeln – danke".encode()),
    )
    way = journey(
        "many attachments",
        "NONE",
        3,
        "09:59",
        "papers@halden-freight.example",
        "daniel.kowalski@acme.example, wei.zhang@acme.example",
        "relay1.halden-freight.example",
        "192.0.2.201",
        "pass",
    )
    return source(
        way,
        {
            "From": "Halden Freight <papers@halden-freight.example>",
            "To": "daniel.kowalski@acme.example",
            "Cc": "wei.zhang@acme.example",
            "Subject": "Papers for shipment HF-20931",
        },
        body,
    )


def forwarded_as_attachment(_now: datetime) -> str:
    """Return a sample: a suspicious message that a colleague forwards as an attachment."""
    inner = (
        "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n"
        "From: Parcel Desk <desk@parcel-desk.test>\nTo: joao.silva@acme.example\nSubject: Your parcel is on hold\n"
        "Date: {{date-1d}}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
        '<p>Your parcel is on hold. <a href="http://198.51.100.5/pay">Pay the customs fee</a></p>'
    )
    body = multipart("mixed", "fwd-1", text_part("Priya, another one of these.\n\nJoão\n"), inner)
    way = journey(
        "forwarded message",
        "NONE",
        10,
        "10:44",
        "joao.silva@acme.example",
        "priya.nair@acme.example",
        "",
        "",
        "internal",
    )
    return source(
        way,
        {
            "From": "João Silva <joao.silva@acme.example>",
            "To": "priya.nair@acme.example",
            "Subject": "Fwd: Your parcel is on hold",
        },
        body,
    )


def huge_log(_now: datetime) -> str:
    """Return a sample: a plain text message of about a megabyte."""
    lines = "\n".join(
        f"2024-01-02 03:{number // 60 % 60:02}:{number % 60:02} channel {number % 16:2}"
        f" pressure {40 + number % 7}.{number % 10} bar, state ok"
        for number in range(_LINES_OF_LOG)
    )
    way = journey(
        "huge text",
        "NONE",
        15,
        "23:50",
        "h.okafor@delta-waterworks.example",
        "joao.silva@acme.example",
        "mail.delta-waterworks.example",
        "192.0.2.36",
        "pass",
    )
    return source(
        way,
        {
            "From": '"Henry Okafor" <h.okafor@delta-waterworks.example>',
            "To": "joao.silva@acme.example",
            "Subject": "PT-40: the whole log",
        },
        f"Content-Type: text/plain; charset=us-ascii\n\n{lines}\n",
    )


def huge_attachment(_now: datetime) -> str:
    """Return a sample: a message of about 1.5 MB, most of it a table."""
    rows = "".join(
        f"{number};{number * 7 % 1000};{number * 13 % 977}.{number % 100:02};ok\n" for number in range(_ROWS_OF_DATA)
    )
    body = multipart(
        "mixed",
        "big-1",
        text_part("The measurements of the night run, all channels.\n\nElena\n"),
        file_part("night_run.csv", "text/csv", ("index;raw;value;state\n" + rows + rows).encode()),
    )
    way = journey(
        "huge attachment",
        "NONE",
        21,
        "06:30",
        "elena.petrova@acme.example",
        "wei.zhang@acme.example, joao.silva@acme.example",
        "",
        "",
        "internal",
    )
    return source(
        way,
        {
            "From": "Elena Petrova <elena.petrova@acme.example>",
            "To": "wei.zhang@acme.example, joao.silva@acme.example",
            "Subject": "Night run, raw data",
        },
        body,
    )


def many_small_parts(_now: datetime) -> str:
    """Return a sample: a digest of 120 messages."""
    parts = [
        f"Content-Type: message/rfc822\n\nSubject: Reading {number}\n\nvalue {number * 3}" for number in range(_PARTS)
    ]
    body = multipart("digest", "dig-1", *parts)
    way = journey(
        "digest",
        "NONE",
        25,
        "00:10",
        "telemetry@delta-waterworks.example",
        "elena.petrova@acme.example",
        "mail.delta-waterworks.example",
        "192.0.2.36",
        "pass",
    )
    return source(
        way,
        {
            "From": "Telemetry <telemetry@delta-waterworks.example>",
            "To": "elena.petrova@acme.example",
            "Auto-Submitted": "auto-generated",
            "Subject": f"Digest of {_PARTS} readings",
        },
        body,
    )


SAMPLES: Final = (
    inline_pictures,
    many_kinds_of_files,
    forwarded_as_attachment,
    huge_log,
    huge_attachment,
    many_small_parts,
)

"""Samples with attachments that look as if they run code or can't be inspected.

All of them are harmless.
"""

from datetime import datetime
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.packing import encrypted_zip, file_part, multipart, text_part, zip_of

# These have only the signatures of the file types that they pretend to be. Nothing in them can run.
_PROGRAM: Final = b"MZ\x90\x00" + b"This is sample data and no program. " * 20
_DISK_IMAGE: Final = b"\x00" * 0x8000 + b"\x01CD001\x01\x00" + b"SAMPLE" + b"\x00" * 2_000
_DOCUMENT: Final = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
    "_rels/.rels": b'<?xml version="1.0"?><Relationships/>',
    "word/document.xml": b"<w:document><w:body><w:p>Enable content to see this invoice.</w:p></w:body></w:document>",
}


def encrypted_archive(_now: datetime) -> str:
    """Return a sample: an encrypted archive whose password is in the text."""
    data = encrypted_zip("Statement.txt", b"This is sample data and no malware.\n", b"2207")
    body = multipart(
        "mixed",
        "zip-1",
        text_part("Good day,\n\nthe statement you asked for is in the archive. The password is 2207.\n\nK. Brandt\n"),
        file_part("Statement.zip", "application/zip", data),
    )
    way = journey(
        "encrypted archive",
        "SUSPICIOUS",
        8,
        "12:02",
        "k.brandt@kontor-nord.test",
        "tomas.ortega@acme.example",
        "mail.kontor-nord.test",
        "198.51.100.99",
        "pass",
    )
    return source(
        way,
        {"From": '"K. Brandt" <k.brandt@kontor-nord.test>', "To": "tomas.ortega@acme.example", "Subject": "Statement"},
        body,
    )


def macro_document(_now: datetime) -> str:
    """Return a sample: a document with a macro project."""
    data = zip_of(_DOCUMENT | {"word/vbaProject.bin": b"sample data in place of a macro project"})
    body = multipart(
        "mixed",
        "doc-1",
        text_part("Dear customer,\n\nyour outstanding invoice is attached. Enable content to read it.\n\nBilling\n"),
        file_part("Invoice_0931.docm", "application/vnd.ms-word.document.macroEnabled.12", data),
    )
    way = journey(
        "macro document",
        "MALICIOUS",
        5,
        "06:57",
        "billing@office-parcel.test",
        "invoices@acme.example, lena.fischer@acme.example",
        "srv.office-parcel.test",
        "203.0.113.133",
        "fail-none",
    )
    return source(
        way,
        {
            "From": "Billing <billing@office-parcel.test>",
            "To": "invoices@acme.example",
            "Subject": "Outstanding invoice 0931",
        },
        body,
    )


def disk_image(_now: datetime) -> str:
    """Return a sample: a disk image."""
    body = multipart(
        "mixed",
        "iso-1",
        text_part("Please see the new order list.\n"),
        file_part("Order_list.iso", "application/octet-stream", _DISK_IMAGE),
    )
    way = journey(
        "disk image",
        "MALICIOUS",
        18,
        "04:45",
        "sales@metal-trade.test",
        "wei.zhang@acme.example",
        "vps.metal-trade.test",
        "198.51.100.7",
        "unsigned",
    )
    return source(
        way,
        {"From": "Sales <sales@metal-trade.test>", "To": "wei.zhang@acme.example", "Subject": "New order list"},
        body,
    )


def reversed_file_name(_now: datetime) -> str:
    """Return a sample: a program whose name seems to end in pdf because of a right-to-left override."""
    body = multipart(
        "mixed",
        "rtl-1",
        text_part("CV attached. Looking forward to your answer.\n"),
        file_part("CV_photo_{{u202e}}fdp.exe", "application/pdf", _PROGRAM),
    )
    way = journey(
        "disguised program",
        "MALICIOUS",
        14,
        "22:40",
        "applicant@freemail.test",
        "careers@acme.example",
        "mx1.freemail.test",
        "198.51.100.32",
        "pass",
    )
    return source(
        way,
        {"From": "Applicant <applicant@freemail.test>", "To": "careers@acme.example", "Subject": "Application"},
        body,
    )


def spoofed_scanner(_now: datetime) -> str:
    """Return a sample: a spoofed address of the company's own domain, with a script in an archive."""
    data = zip_of({"Scan_001.pdf.js": b"// This is sample data and does nothing.\n", "readme.txt": b"Scan"})
    body = multipart(
        "mixed",
        "scan-1",
        text_part("A scanned document was sent to you.\n\nDevice: Hall 3\nPages: 2\n"),
        file_part("Scan_001.zip", "application/zip", data),
    )
    way = journey(
        "spoofed scanner with script",
        "MALICIOUS",
        1,
        "08:49",
        "scanner@acme.example",
        "anna.weber@acme.example, priya.nair@acme.example, chloe.martin@acme.example",
        "cpe-118.access.test",
        "203.0.113.18",
        "fail-reject",
    )
    return source(
        way,
        {
            "From": "Scanner Hall 3 <scanner@acme.example>",
            "To": "anna.weber@acme.example, priya.nair@acme.example, chloe.martin@acme.example",
            "Subject": "Scanned document from Hall 3",
        },
        body,
    )


SAMPLES: Final = (
    encrypted_archive,
    macro_document,
    disk_image,
    reversed_file_name,
    spoofed_scanner,
)

"""Detector for QR code phishing: images to be scanned with a phone, which link inspection can't see."""

from collections.abc import Iterator

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find a request to scan a code together with an image or a PDF that can contain it."""
    if not evidence.count("scan code") or evidence.is_internal or evidence.is_discussion:
        return
    pictures = [entry.name for entry in evidence.message.attachments if entry.detected_type.startswith("image/")]
    documents = [entry.name for entry in evidence.message.attachments if entry.detected_type == "application/pdf"]
    remote = "remote-image" in evidence.message.markup
    if not (pictures or documents or remote):
        return
    pressed = evidence.count("account", "document", "payment", "delivery", "prize")
    score = 0.8 if pressed and (pictures or documents) else 0.6 if pressed else 0.4
    yield Finding(
        "qr-code-lure",
        MALICIOUS if pressed else SUSPICIOUS,
        score,
        "The reader is to scan a picture with a telephone"
        f" ({evidence.example('scan code', 'account', 'document', 'payment')}).",
        "Body",
        "body",
        attachment=next(iter(pictures + documents), None),
    )

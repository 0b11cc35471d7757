"""Lines of `email_security_alerts`, the vendor's log of detections: one for each verdict on a message.

Every field of the vendor's data set is in each line. What the API does not tell is an empty text, an empty list or
null, never a guess. docs/events.md says where each value comes from.
"""

from __future__ import annotations

import re
from typing import Any

from api_client.models import Attachment, Detections, Disposition, Message
from investigate.event_export.formats.addresses import addresses_in
from investigate.event_export.formats.values import ADDRESS_AT_MOST, ITEMS_AT_MOST, moment, text, texts

LINKS_AT_MOST = 100
ATTACHMENTS_AT_MOST = 200

UNSET = "unset"

_DISPOSITIONS = {
    Disposition.MALICIOUS: "malicious",
    Disposition.MALICIOUS_BEC: "malicious",
    Disposition.SUSPICIOUS: "suspicious",
    Disposition.SPOOF: "spoof",
    Disposition.SPAM: "spam",
    Disposition.BULK: "bulk",
}
_MODES = {"API": "api", "DIRECT": "direct", "BCC": "bcc", "JOURNAL": "journal", "RETRO_SCAN": "retroScan"}
_TAIL = re.compile(r"(.+-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})-[0-9A-Za-z]+")


def alert_fields(message: Message, detections: Detections | None) -> dict[str, Any]:
    """Return the fields of the line about a message's verdict, in the order of the data set.

    Without `detections`, what only they tell is empty: attachments, links, copies, and where the server is.
    """
    fields = {entry.name.lower(): entry.value for entry in reversed(detections.headers)} if detections else {}
    copies = addresses_in(fields.get("cc", ""))
    answers = addresses_in(fields.get("reply-to", "") or message.replyto or "")
    sender = detections.sender_info if detections else None
    attachments = detections.attachments[:ATTACHMENTS_AT_MOST] if detections else []
    name, address = answers[0] if answers else ("", message.replyto or "")
    return {
        "AlertID": alert_id_of(message.id, message.alert_id),
        "AlertReasons": _reasons(message, detections),
        "Attachments": [_attachment(one) for one in attachments],
        "CC": texts((mailbox for _, mailbox in copies), length=ADDRESS_AT_MOST),
        "CCName": [text(called, ADDRESS_AT_MOST) for called, _ in copies],
        "FinalDisposition": disposition_of(message.final_disposition),
        "From": text(message.from_),
        "FromName": text(message.from_name),
        "Links": texts((link.href for link in detections.links) if detections else (), LINKS_AT_MOST),
        "MessageDeliveryMode": _MODES.get((message.delivery_mode or "").upper(), UNSET),
        "MessageID": text(message.message_id),
        "Origin": UNSET,
        "OriginalSender": "",
        "ReplyTo": text(address),
        "ReplyToName": text(name),
        "SMTPEnvelopeFrom": text(message.envelope_from),
        "SMTPEnvelopeTo": texts(message.envelope_to, length=ADDRESS_AT_MOST),
        "SMTPHeloServerIP": text(message.smtp_helo_server_ip or (sender.ip if sender else "")),
        "SMTPHeloServerIPAsName": text(sender.as_name if sender else ""),
        "SMTPHeloServerIPAsNumber": text(sender.as_number if sender else ""),
        "SMTPHeloServerIPGeo": text(sender.geo if sender else ""),
        "SMTPHeloServerName": text(message.smtp_helo_server_name),
        "Subject": text(message.subject),
        "ThreatCategories": _categories(message, detections),
        "Timestamp": moment(message.scanned_at),
        "To": texts(message.to, length=ADDRESS_AT_MOST),
        "ToName": [text(called, ADDRESS_AT_MOST) for called in (message.to_name or [])[:ITEMS_AT_MOST]],
    }


def alert_id_of(investigate_id: str, alert_id: str | None = None) -> str:
    """Return the AlertID of a message, the same each time: as the API tells it, else its id without the tail."""
    if alert_id:
        return text(alert_id, 255)
    found = _TAIL.fullmatch(investigate_id)
    return text(found[1] if found else investigate_id, 255)


def disposition_of(disposition: str | None, *, none: str = UNSET) -> str:
    """Return a verdict in the data set's words. `none` is the word for what is clean, or judged in another way."""
    try:
        return _DISPOSITIONS.get(Disposition((disposition or "").upper()), none)
    except ValueError:
        return none


def _reasons(message: Message, detections: Detections | None) -> list[str]:
    if message.detection_reasons:
        return texts(message.detection_reasons)
    findings = (detections.findings if detections else None) or message.findings or ()
    return texts(finding.detail for finding in findings)


def _categories(message: Message, detections: Detections | None) -> list[str]:
    if message.threat_categories:
        return texts(message.threat_categories)
    return texts(category.name for category in (detections.threat_categories if detections else ()))


def _attachment(one: Attachment) -> dict[str, Any]:
    return {
        "Md5": text(one.md5, 32),
        "Sha1": text(one.sha1, 40),
        "Sha256": text(one.sha256, 64),
        "Ssdeep": "",
        "Name": text(one.filename or one.name, 500),
        "ContentTypeProvided": "",
        "ContentTypeComputed": text(one.content_type, 200),
        "Encrypted": one.encrypted,
        "Decrypted": None,
    }

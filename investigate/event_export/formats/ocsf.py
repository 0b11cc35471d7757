"""Alerts as OCSF Email Activity (class 4009 of category 4), made of the fields of an alert's line.

The mapping is in docs/events.md. What the class has no attribute for stands in `unmapped`, under the vendor's names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

VERSION = "1.5.0"
CATEGORY, CLASS, SCAN = 4, 4009, 3

_SEVERITIES = {
    "malicious": (4, "High"),
    "suspicious": (3, "Medium"),
    "spoof": (3, "Medium"),
    "spam": (2, "Low"),
    "bulk": (1, "Informational"),
}
_HASHES = (("Md5", 1, "MD5"), ("Sha1", 2, "SHA-1"), ("Sha256", 3, "SHA-256"))
_UNMAPPED = (
    "AlertReasons",
    "FinalDisposition",
    "MessageDeliveryMode",
    "Origin",
    "ThreatCategories",
    "CCName",
    "ToName",
)


def ocsf_fields(alert: dict[str, Any], *, event_id: str, found_at: datetime) -> dict[str, Any]:
    """Return the event that an alert's fields say. Its time is that of the message, else when it was found."""
    severity, label = _SEVERITIES.get(alert["FinalDisposition"], (1, "Informational"))
    at = datetime.fromisoformat(alert["Timestamp"]) if alert["Timestamp"] else found_at
    return {
        "activity_id": SCAN,
        "activity_name": "Scan",
        "category_uid": CATEGORY,
        "category_name": "Network Activity",
        "class_uid": CLASS,
        "class_name": "Email Activity",
        "type_uid": CLASS * 100 + SCAN,
        "type_name": "Email Activity: Scan",
        "severity_id": severity,
        "severity": label,
        "time": int(at.timestamp() * 1000),
        # The API does not say whether a message came in, went out or stayed inside.
        "direction_id": 0,
        "metadata": {
            "version": VERSION,
            "uid": event_id,
            "log_name": "email_security_alerts",
            "logged_time": int(found_at.timestamp() * 1000),
            "product": {"name": "Gatehouse", "vendor_name": "Gatehouse"},
        },
        "email": _email(alert),
        **_source(alert),
        "unmapped": {name: alert[name] for name in _UNMAPPED},
    }


def _email(alert: dict[str, Any]) -> dict[str, Any]:
    found = {
        "uid": alert["AlertID"],
        "message_uid": alert["MessageID"],
        "subject": alert["Subject"],
        "from": alert["From"],
        "to": alert["To"],
        "cc": alert["CC"],
        "reply_to": alert["ReplyTo"],
        "smtp_from": alert["SMTPEnvelopeFrom"],
        "smtp_to": alert["SMTPEnvelopeTo"],
        "files": [_file(one) for one in alert["Attachments"]],
        "urls": [{"url_string": link} for link in alert["Links"]],
    }
    # Of `from` and `to`, one is required; both are given, and everything else only if it is known.
    return {name: value for name, value in found.items() if value or name in ("from", "to")}


def _file(one: dict[str, Any]) -> dict[str, Any]:
    hashes = [
        {"algorithm_id": number, "algorithm": name, "value": one[field]}
        for field, number, name in _HASHES
        if one[field]
    ]
    found: dict[str, Any] = {"name": one["Name"], "type_id": 1, "type": "Regular File"}
    if hashes:
        found["hashes"] = hashes
    if one["ContentTypeComputed"]:
        found["mime_type"] = one["ContentTypeComputed"]
    return found


def _source(alert: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if alert["SMTPHeloServerIP"]:
        found["ip"] = alert["SMTPHeloServerIP"]
    if alert["SMTPHeloServerName"]:
        found["hostname"] = alert["SMTPHeloServerName"]
    if alert["SMTPHeloServerIPAsNumber"].isdecimal():
        found["autonomous_system"] = {
            "number": int(alert["SMTPHeloServerIPAsNumber"]),
            "name": alert["SMTPHeloServerIPAsName"],
        }
    return {"src_endpoint": found} if found else {}

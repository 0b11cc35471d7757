"""Checks lines of the vendor's two log formats against what its documentation of the data sets says.

It is written from the documented fields, their types and their values alone, and shares nothing with what makes them.
"""

import json
import re
from typing import Any

TIMESTAMP = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")

TEXT, TEXTS, TIME, FLAG, FILES = "string", "array[string]", "int or string", "bool", "array[object]"

ALERTS = {
    "AlertID": TEXT,
    "AlertReasons": TEXTS,
    "Attachments": FILES,
    "CC": TEXTS,
    "CCName": TEXTS,
    "FinalDisposition": {"unset", "malicious", "suspicious", "spoof", "spam", "bulk"},
    "From": TEXT,
    "FromName": TEXT,
    "Links": TEXTS,
    "MessageDeliveryMode": {"unset", "api", "direct", "bcc", "journal", "retroScan"},
    "MessageID": TEXT,
    "Origin": {"unset", "internal", "external", "secondPartyInternal", "thirdPartyInternal", "outbound"},
    "OriginalSender": TEXT,
    "ReplyTo": TEXT,
    "ReplyToName": TEXT,
    "SMTPEnvelopeFrom": TEXT,
    "SMTPEnvelopeTo": TEXTS,
    "SMTPHeloServerIP": TEXT,
    "SMTPHeloServerIPAsName": TEXT,
    "SMTPHeloServerIPAsNumber": TEXT,
    "SMTPHeloServerIPGeo": TEXT,
    "SMTPHeloServerName": TEXT,
    "Subject": TEXT,
    "ThreatCategories": TEXTS,
    "Timestamp": TIME,
    "To": TEXTS,
    "ToName": TEXTS,
}
ATTACHMENT = {
    "Md5": TEXT,
    "Sha1": TEXT,
    "Sha256": TEXT,
    "Ssdeep": TEXT,
    "Name": TEXT,
    "ContentTypeProvided": TEXT,
    "ContentTypeComputed": TEXT,
    "Encrypted": FLAG,
    "Decrypted": FLAG,
}
POST_DELIVERY = {
    "AlertID": TEXT,
    "CompletedAt": TIME,
    "Destination": TEXT,
    "FinalDisposition": {"unset", "none", "malicious", "suspicious", "spam", "spoof", "bulk"},
    "Folder": TEXT,
    "From": TEXT,
    "FromName": TEXT,
    "MessageID": TEXT,
    "MessageTimestamp": TIME,
    "MicrosoftTenantID": TEXT,
    "Operation": {"move", "submission", "quarantineRelease"},
    "PostfixID": TEXT,
    "Reasons": TEXTS,
    "Recipient": TEXT,
    "RequestedAt": TIME,
    "RequestedBy": TEXT,
    "RequestedDisposition": TEXT,
    "Status": TEXT,
    "Subject": TEXT,
    "Success": FLAG,
    "To": TEXTS,
}
FORMATS = {"email_security_alerts": ALERTS, "email_security_post_delivery_events": POST_DELIVERY}


def faults_of(line: bytes | str, data_set: str) -> list[str]:
    """Return what is wrong with a line of a data set, in words. A right one has no faults."""
    raw = line.encode() if isinstance(line, str) else line
    if b"\n" in raw.removesuffix(b"\n") or b"\r" in raw:
        return ["it is more than one line"]
    if not raw.isascii():
        return ["it has letters that are no ASCII"]
    try:
        fields = json.loads(raw)
    except ValueError as error:
        return [f"it is no JSON: {error}"]
    if not isinstance(fields, dict):
        return ["it is no object"]
    faults = _faults(fields, FORMATS[data_set])
    if len(fields.get("Links", ())) > 100:
        faults.append("Links: more than 100")
    for one in fields.get("Attachments", ()):
        faults += [f"Attachments: {fault}" for fault in _faults(one, ATTACHMENT)]
    return faults


def _faults(fields: dict[str, Any], documented: dict[str, Any]) -> list[str]:
    faults = [f"{name} is missing" for name in documented if name not in fields]
    faults += [f"{name} is not documented" for name in fields if name not in documented]
    return faults + [
        f"{name} is {fields[name]!r}, not {kind}"
        for name, kind in documented.items()
        if name in fields and not _fits(fields[name], kind)
    ]


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(kind, set):
        return value in kind
    if kind == TEXT:
        return isinstance(value, str)
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == FILES:
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    if kind == FLAG:  # What nobody told is null.
        return value is None or isinstance(value, bool)
    return value is None or (isinstance(value, str) and TIMESTAMP.fullmatch(value) is not None)

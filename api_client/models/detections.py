"""Models of a message's detection details: attachments, headers, links, sender, threat categories and findings."""

from __future__ import annotations

from api_client.models.base import WireModel
from api_client.models.verdict import Finding, Validation


class Attachment(WireModel):
    """One attachment; `size` in bytes, `detection` a Disposition or a newer value, hashes in hex."""

    size: int
    content_type: str | None = None
    detection: str | None = None
    encrypted: bool | None = None
    filename: str | None = None
    md5: str | None = None
    name: str | None = None
    sha1: str | None = None
    sha256: str | None = None


class Header(WireModel):
    """One header field, in the order of the message."""

    name: str
    value: str


class Link(WireModel):
    """One link: where it goes, and what its text says."""

    href: str
    text: str | None = None


class SenderInfo(WireModel):
    """Where the message came from; `pld` is the sender's registered domain."""

    as_name: str | None = None
    as_number: int | None = None
    geo: str | None = None
    ip: str | None = None
    pld: str | None = None


class ThreatCategory(WireModel):
    """One kind of threat that the message was counted to."""

    id: int | None = None
    description: str | None = None
    name: str | None = None


class Detections(WireModel):
    """The detection details of one message; `action` is what was done with it on arrival."""

    action: str
    attachments: list[Attachment]
    headers: list[Header]
    links: list[Link]
    sender_info: SenderInfo
    threat_categories: list[ThreatCategory]
    validation: Validation
    findings: list[Finding] | None = None
    final_disposition: str | None = None

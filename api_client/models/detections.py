"""Models of a message's detection details: attachments, headers, links, sender, threat categories and findings."""

from __future__ import annotations

from api_client.models.base import WireModel
from api_client.models.verdict import Finding, Validation


class Attachment(WireModel):
    """One attachment; `size` in bytes, `detection` a Disposition or a newer value, hashes in hex.

    `container` is given by the gateway alone: the place in the list, from 0, of the file that this one was found in. It
    is None for a part of the message itself, and where it is not known.
    """

    size: int
    content_type: str | None = None
    detection: str | None = None
    encrypted: bool | None = None
    filename: str | None = None
    md5: str | None = None
    name: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    container: int | None = None


class Header(WireModel):
    """One header field, in the order of the message."""

    name: str
    value: str


class Link(WireModel):
    """One link: where it goes, and what its text says.

    The other fields are given by the gateway alone, and are None where they are not known. `hidden` says that the
    reader can't see the link. `written` is the address as the message has it, where `href` is not the same, else empty.
    `place` is empty for the body, else "only in Outlook", "only in AMP", "within a frame", or the name of the file that
    the link is in.
    """

    href: str
    text: str | None = None
    hidden: bool | None = None
    written: str | None = None
    place: str | None = None


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
    """The detection details of one message; `action` is what was done with it on arrival.

    `gatehouse_insights` is given by the gateway alone: facts about the message that do not count towards its verdict.
    """

    action: str
    attachments: list[Attachment]
    headers: list[Header]
    links: list[Link]
    sender_info: SenderInfo
    threat_categories: list[ThreatCategory]
    validation: Validation
    findings: list[Finding] | None = None
    final_disposition: str | None = None
    gatehouse_insights: list[str] | None = None

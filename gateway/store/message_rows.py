"""Builds the database rows of a parsed and judged message."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from publicsuffixlist import PublicSuffixList

from gateway import ids
from gateway.detect import Envelope, Verdict
from gateway.mail.message import Link, ParsedMessage
from gateway.mail.references import referred_ids
from gateway.mail.web_address import read_address
from gateway.models import Delivery, Message, MessageDetail, MessageIndex, RawMail
from gateway.models.message import DeliveryBit
from gateway.policies.outcome import Outcome
from gateway.search import link_words
from gateway.search.index_entry import Extra, index_entry
from gateway.store.features import features_of
from gateway.store.message_detail import Detail

_SUFFIXES = PublicSuffixList(accept_unknown=True)
_LONGEST_IP = 45
_LONGEST_NAME = 255


@dataclass(slots=True)
class Rows:
    """All rows of one new message, unsaved. `message.raw` is the raw mail's row."""

    message: Message
    detail: MessageDetail
    index: MessageIndex
    deliveries: list[Delivery]


def rows(
    *,
    account_id: str,
    raw: RawMail,
    parsed: ParsedMessage,
    outcome: Outcome,
    envelope: Envelope,
    scanned_at: datetime,
    import_key: str | None = None,
    key: int | None = None,
    delivery_mode: str = "DIRECT",
    delivered_to: str = "",
) -> Rows:
    """Return the rows of a message that arrived with `envelope` and was scanned at the aware time `scanned_at`.

    `delivered_to` is the folder in which its copies lie if others have delivered them already.
    """
    key = key if key is not None else ids.message_key(scanned_at)
    verdict, held = outcome.verdict, outcome.held
    recipients = list(dict.fromkeys(envelope.recipients))
    message = _message(key, parsed, verdict, envelope, recipients)
    message.properties = outcome.properties
    message.account_id, message.raw, message.import_key = account_id, raw, import_key
    message.is_quarantined = bool(held)
    message.delivery_mode = delivery_mode
    waits, waiting = (
        (DeliveryBit.DELIVERED, Delivery.Status.DELIVERED)
        if delivered_to
        else (DeliveryBit.QUEUED, Delivery.Status.QUEUED)
    )
    message.delivery_bits = (DeliveryBit.QUARANTINED if held else 0) | (
        waits if held != frozenset(recipients) or not recipients else 0
    )
    detail = _detail(message, parsed, verdict, envelope, held=held, recipients=recipients)
    if delivered_to:
        detail.trace = [line for line in detail.trace if line[0] == "inbound"]
    return Rows(
        message=message,
        detail=MessageDetail(message_id=key, payload=detail.packed()),
        index=index_entry(message, extra(detail)),
        deliveries=[
            Delivery(
                message_id=key,
                recipient=recipient,
                status=Delivery.Status.QUARANTINED if recipient in held else waiting,
                folder=delivered_to,
                updated_at=scanned_at,
            )
            for recipient in recipients
        ],
    )


REREAD_FIELDS = (
    "sent_at",
    "sent_date",
    "subject",
    "message_id",
    "from_address",
    "from_name",
    "reply_to",
    "to",
    "to_name",
    "cc",
    "smtp_helo_server_ip",
    "smtp_helo_server_name",
    "smtp_previous_hop_ip",
    "x_originating_ip",
    "edf_hash",
    "htmltext_structure_hash",
    "features",
    "validation",
)
"""The fields of a stored message that a further reading of its bytes replaces."""


def reread(
    message: Message, *, parsed: ParsedMessage, outcome: Outcome, envelope: Envelope, trace: Sequence[Any]
) -> tuple[MessageDetail, MessageIndex]:
    """Set the REREAD_FIELDS of a stored message from a further reading, and return its detail and index, unsaved.

    Verdict, recipients and copies are left alone. `trace` are the lines of the intake, which stay.
    """
    again = _message(message.pk, parsed, outcome.verdict, envelope, message.client_recipients)
    for name in REREAD_FIELDS:
        setattr(message, name, getattr(again, name))
    detail = _detail(message, parsed, outcome.verdict, envelope, held=outcome.held, recipients=envelope.recipients)
    detail.trace = list(trace)
    return MessageDetail(message_id=message.pk, payload=detail.packed()), index_entry(message, extra(detail))


def extra(detail: Detail) -> Extra:
    """Return the values from a message's detail that the search index contains."""
    return Extra(
        attachment_names=tuple(entry["name"] for entry in detail.attachments if entry.get("name")),
        attachment_hashes=tuple(entry[kind] for entry in detail.attachments for kind in ("md5", "sha1", "sha256")),
        cc_names=tuple(detail.cc_names),
        link_hosts=tuple(detail.link_hosts),
        link_addresses=(*(entry["href"] for entry in detail.links), *detail.link_spellings),
        referred_ids=referred_ids(_field(detail, "in-reply-to"), _field(detail, "references")),
    )


def _field(detail: Detail, name: str) -> str:
    return next((entry["value"] for entry in detail.headers if entry["name"].lower() == name), "")


def _message(
    key: int, parsed: ParsedMessage, verdict: Verdict, envelope: Envelope, recipients: Sequence[str]
) -> Message:
    return Message(
        id=key,
        investigate_id=ids.investigate_id(key),
        postfix_id=ids.postfix_id(key),
        postfix_id_outbound=ids.postfix_id(key ^ 1 << 62),
        scanned_at=ids.key_time(key),
        sent_at=parsed.sent_at,
        sent_date=parsed.sent_date[:200],
        subject=parsed.subject,
        message_id=parsed.message_id,
        from_address=parsed.from_address,
        from_name=parsed.from_name,
        reply_to=parsed.reply_to,
        envelope_from=envelope.mail_from,
        envelope_to=list(recipients),
        client_recipients=list(recipients),
        to=[mailbox.address for mailbox in parsed.to],
        to_name=[mailbox.name for mailbox in parsed.to],
        cc=[mailbox.address for mailbox in parsed.cc],
        smtp_helo_server_ip=(envelope.client_ip or parsed.smtp_helo_server_ip)[:_LONGEST_IP],
        smtp_helo_server_name=_helo(parsed, envelope)[:_LONGEST_NAME],
        received_with=envelope.received_with or None,
        smtp_previous_hop_ip=_previous_hop(parsed, envelope)[:_LONGEST_IP],
        x_originating_ip=parsed.x_originating_ip[:_LONGEST_IP],
        edf_hash=parsed.edf_hash,
        htmltext_structure_hash=parsed.htmltext_structure_hash,
        features=features_of(
            text_minhash=parsed.text_minhash,
            links=(link.href for link in parsed.links),
            attachments=((attachment.name, attachment.sha256) for attachment in parsed.attachments),
        ),
        final_disposition=verdict.disposition,
        detection_reasons=list(verdict.reasons),
        threat_categories=[category.name for category in verdict.threat_categories],
        validation=asdict(verdict.validation),
    )


def _previous_hop(parsed: ParsedMessage, envelope: Envelope) -> str:
    """Return the public address one hop before the client's. The client's own fields begin with that hop.

    A relay that tells of its client by XFORWARD has put a field about the client on top: that one is left out.
    """
    if envelope.client_ip and parsed.smtp_helo_server_ip != envelope.client_ip:
        return parsed.smtp_helo_server_ip
    return parsed.smtp_previous_hop_ip


def _helo(parsed: ParsedMessage, envelope: Envelope) -> str:
    """Return the name of the server whose address counts: the envelope's, or that of the Received field.

    A server of one's own that relays mail gives its own name, which would stand beside the stranger's address.
    """
    is_relayed = not envelope.client_ip and bool(parsed.smtp_helo_server_ip)
    return parsed.smtp_helo_server_name if is_relayed else envelope.helo or parsed.smtp_helo_server_name


def _detail(
    message: Message,
    parsed: ParsedMessage,
    verdict: Verdict,
    envelope: Envelope,
    *,
    held: frozenset[str],
    recipients: Sequence[str],
) -> Detail:
    detail = Detail(
        headers=[{"name": name, "value": value} for name, value in parsed.headers],
        links=[_link(link) for link in parsed.links],
        attachments=[
            {
                "name": attachment.name,
                "content_type": attachment.detected_type or attachment.declared_type,
                "size": attachment.size,
                "encrypted": attachment.encrypted,
                "detection": verdict.attachment_detections.get(index),
                "md5": attachment.md5,
                "sha1": attachment.sha1,
                "sha256": attachment.sha256,
                "container": attachment.container,
            }
            for index, attachment in enumerate(parsed.attachments)
        ],
        sender_info={
            "ip": message.smtp_helo_server_ip or None,
            "pld": _SUFFIXES.privatesuffix(message.from_address.rpartition("@")[2]) or None,
        },
        trace=list(_trace(message, parsed, verdict, envelope, held=held, recipients=recipients)),
        defects=list(parsed.defects),
        link_hosts=link_hosts(parsed),
        cc_names=[mailbox.name for mailbox in parsed.cc if mailbox.name],
        authentication=[asdict(entry) for entry in parsed.authentication_results],
        link_spellings=link_words.other_spellings((link.href, link.written) for link in parsed.links),
    )
    detail_of_verdict(detail, verdict)
    return detail


def _link(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ("href", "text", "hidden", "written", "place")}


def detail_of_verdict(detail: Detail, verdict: Verdict) -> None:
    """Replace the findings, threat categories and insights in a message's detail with those of `verdict`."""
    detail.insights = list(verdict.insights)
    detail.findings = [asdict(finding) for finding in verdict.findings]
    detail.threat_categories = [asdict(category) for category in verdict.threat_categories]


def link_hosts(parsed: ParsedMessage) -> list[str]:
    """Return the distinct hosts of the message's links as `read_address` returns them."""
    return list(dict.fromkeys(host for link in parsed.links if (host := read_address(link.href).host)))


def _trace(
    message: Message,
    parsed: ParsedMessage,
    verdict: Verdict,
    envelope: Envelope,
    *,
    held: frozenset[str],
    recipients: Sequence[str],
) -> list[tuple[str, float, str]]:
    """Return the trace lines of the intake as (direction, 0.0 seconds since scanning, text)."""
    address = envelope.client_ip or message.smtp_helo_server_ip
    peer = f"{message.smtp_helo_server_name or 'unknown'} [{address or 'unknown'}]"
    lines = [
        f"{message.postfix_id}: connect from {peer}",
        f"{message.postfix_id}: from=<{envelope.mail_from}>, size={parsed.size}, nrcpt={len(recipients)}",
        f"{message.postfix_id}: message-id={parsed.message_id or 'none'}",
        *(f"{message.postfix_id}: could not read: {defect}" for defect in parsed.defects[:20]),
        *(f"{message.postfix_id}: {line}" for line in verdict.trace),
        f"{message.postfix_id}: disposition {verdict.disposition}",
    ]
    outbound = [
        f"{message.postfix_id_outbound}: to=<{recipient}>:"
        f" {'held in quarantine' if recipient in held else 'queued for delivery'}"
        for recipient in recipients[:100]
    ]
    if len(recipients) > len(outbound):
        outbound.append(f"{message.postfix_id_outbound}: and {len(recipients) - len(outbound)} more")
    return [("inbound", 0.0, line) for line in lines] + [("outbound", 0.0, line) for line in outbound]

"""Search as the reference words it, by looking at every message: what the index has to agree with.

It reads the API's own answers (message and detections), not the tables, and knows nothing of the index.
"""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from api_client.models import Detections, Message
from gateway.search.words import words

SUFFIXES = PublicSuffixList(accept_unknown=True)
ACTIONS = {"QUARANTINED": "", "PREVIEW": "PREVIEW", "QUARANTINE_RELEASED": "QUARANTINE_RELEASE", "MOVED": "MOVE"}


def matches(message: Message, detections: Detections, cc: Iterable[tuple[str, str]], asked: dict[str, object]) -> bool:
    """Return whether one message answers the search `asked`, whose names are those of the API's parameters."""
    return all(
        _holds(message, detections, list(cc), name, value) for name, value in asked.items() if value not in (None, [])
    )


def _holds(message: Message, detections: Detections, cc: list[tuple[str, str]], name: str, value: object) -> bool:
    senders = [message.from_ or "", message.envelope_from or ""]
    recipients = [*(message.to or []), *(message.envelope_to or []), *message.client_recipients, *(a for _, a in cc)]
    values = [str(entry).strip().casefold() for entry in (value if isinstance(value, list) else [value])]
    match name:
        case "start":
            assert isinstance(value, datetime)
            return message.scanned_at >= value
        case "end":
            assert isinstance(value, datetime)
            return message.scanned_at <= value
        case "detections_only":
            return not value or message.final_disposition != "NONE"
        case "query":
            return _all_terms(str(value), list(_query_fields(message, detections, cc)))
        case "subject":
            return _all_terms(str(value), [message.subject or ""])
        case "sender":
            return _any_address(senders, values)
        case "recipient":
            return _any_address(recipients, values)
        case "domain":
            return any(domain in values for domain in _domains(senders + recipients, detections))
        case "message_id":
            return (message.message_id or "").strip().strip("<>").casefold() in [v.strip("<>") for v in values]
        case "smtp_helo_ip":
            return (message.smtp_helo_server_ip or "") in values
        case "exact_subject":
            return (message.subject or "").casefold() in values
        case "final_disposition":
            wanted = [v.upper() for v in values]
            return message.final_disposition in wanted or (
                message.final_disposition == "MALICIOUS-BEC" and "MALICIOUS" in wanted
            )
        case "delivery_status":
            return any(status in values for status in message.delivery_status or [])
        case "message_action":
            return any(ACTIONS[v.upper()] in (message.post_delivery_operations or []) for v in values)
    raise AssertionError(f"the naive scan doesn't know {name}")


def _query_fields(message: Message, detections: Detections, cc: list[tuple[str, str]]) -> Iterable[str]:
    yield from filter(
        None,
        [
            message.alert_id,
            message.id,
            message.envelope_from,
            message.from_,
            message.from_name,
            message.final_disposition,
            message.replyto,
            message.message_id,
            message.smtp_helo_server_ip,
            message.smtp_previous_hop_ip,
            message.x_originating_ip,
            message.subject,
        ],
    )
    for moment in (message.scanned_at, message.sent_at):
        if moment:
            yield f"{moment:%Y-%m-%dT%H:%M:%S}"
            yield f"{moment:%Y-%m-%d}"
    yield from (*(message.envelope_to or []), *(message.to or []), *(message.to_name or []))
    yield from (text for box in cc for text in box)
    yield from message.detection_reasons
    for attachment in detections.attachments:
        yield from filter(None, [attachment.name, attachment.md5, attachment.sha1, attachment.sha256])


def _all_terms(query: str, fields: list[str]) -> bool:
    """Every term that has words stands in one of the fields, its words side by side."""
    terms = [words(term) for term in query.split()]
    terms = [term for term in terms if term]
    if not terms:
        return not query.strip()
    cut = [words(field) for field in fields]
    return all(any(_stands_in(term, field) for field in cut) for term in terms)


def _stands_in(term: list[str], field: list[str]) -> bool:
    return any(field[start : start + len(term)] == term for start in range(len(field) - len(term) + 1))


def _any_address(addresses: list[str], values: list[str]) -> bool:
    return any(
        address.casefold() in values or ("@" in address and address.rpartition("@")[2].casefold() in values)
        for address in addresses
        if address
    )


def _domains(addresses: list[str], detections: Detections) -> Iterable[str]:
    for address in addresses:
        if "@" in address:
            yield address.rpartition("@")[2].casefold()
    for link in detections.links:
        try:
            host = (urlsplit(link.href).hostname or "").rstrip(".")
        except ValueError:
            continue
        if host:
            yield host
            yield SUFFIXES.privatesuffix(host) or ""

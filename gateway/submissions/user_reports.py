"""User submissions: recognises mail to a report address, and records the attached messages as reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings

from gateway.delivery.ledger import DATABASE
from gateway.detect import Context, Envelope
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS
from gateway.mail.domains import domain_of
from gateway.mail.isolation import attached_messages_isolated, parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.models import Message, RawMail, Submission, TraceLine
from gateway.search.page import search_page
from gateway.search.params import SearchParams
from gateway.store.raw_mail import write_raw
from gateway.submissions.dispositions import requestable_disposition
from gateway.submissions.services import folded, log

DEFAULT_NAME = "report-phish"
"""Local part of the report address at every protected domain, unless the operator configures other addresses."""
MOST_REPORTED = 10
NOTHING_ATTACHED = "no message is attached"
NOTHING_READ = "the attached message could not be read"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported message: the stored message, or the unsaved row of its bytes if it is not stored here."""

    message: Message | None
    eml: RawMail | None
    subject: str


def is_addressed_as_report(parsed: ParsedMessage, envelope: Envelope, context: Context) -> bool:
    """Return whether a message is sent from a protected domain, and only to report addresses.

    A message that has other recipients too is ordinary mail, and is held if its verdict says so.
    """
    to_us = bool(envelope.recipients) and all(_is_report_address(name, context) for name in envelope.recipients)
    return to_us and context.is_own(domain_of(parsed.from_address))


def has_message_attached(parsed: ParsedMessage) -> bool:
    """Return whether a message has mail attached."""
    return any(part.is_message for part in parsed.attachments)


def counts_as_report(evidence: Evidence) -> bool:
    """Return whether the sender of a report is who the From field says, so that anybody can't report in others' names.

    Either a trusted server's results show that the From domain sent it, or one of the organisation's own servers
    handed it over, and it did not come from outside.
    """
    return evidence.is_authenticated or (evidence.envelope.from_own_peer and not evidence.is_from_outside)


def _is_report_address(address: str, context: Context) -> bool:
    named = {entry.casefold() for entry in settings.GATEWAY_REPORT_ADDRESSES}
    if named:
        return address.casefold() in named
    local, _, domain = address.casefold().rpartition("@")
    return local == DEFAULT_NAME and context.is_own(domain)


def reported(raw: bytes, *, account_id: str, reporter: str) -> list[Reported]:
    """Return the messages attached to a report.

    An attached message is matched to a stored one by its bytes, else by its Message-ID. Of several matches, the newest
    that the reporter received is used.
    """
    found: dict[str, Reported] = {}
    for attached in attached_messages_isolated(raw)[:MOST_REPORTED]:
        digest = sha256(attached).hexdigest()
        message = _by_bytes(digest, account_id, reporter)
        if message is None:
            parsed = parse_isolated(attached)
            message = _by_message_id(parsed.message_id, account_id, reporter)
            if message is None:
                found[digest] = Reported(None, write_raw(attached), parsed.subject)
        if message is not None:
            found[message.investigate_id] = Reported(message, None, message.subject)
    return list(found.values())


def _by_bytes(digest: str, account_id: str, reporter: str) -> Message | None:
    same = Message.objects.using(DATABASE).filter(raw_id=digest, account_id=account_id, is_phish_submission=False)
    return _nearest(list(same.order_by("-pk")[:100]), reporter)


def _by_message_id(message_id: str, account_id: str, reporter: str) -> Message | None:
    if not message_id.strip():
        return None
    params = SearchParams(account_id=account_id, start=_EVER, detections_only=False, message_id=(message_id,))
    return _nearest(search_page(params, limit=100).messages, reporter)


def _nearest(found: Sequence[Message], reporter: str) -> Message | None:
    """Return the newest message that the reporter received, else the newest one. `found` is sorted newest first."""
    got = [row for row in found if reporter.casefold() in (name.casefold() for name in row.client_recipients)]
    return next(iter([*got, *found]), None)


def record_invalid(mail: Message, reporter: str, why: str) -> None:
    """Write an invalid User submission, in the transaction that stores the mail: the mail itself stays ordinary."""
    made = Submission.objects.using(DATABASE).create(
        account_id=mail.account_id,
        type=Submission.Type.USER,
        report=mail,
        subject=mail.subject,
        folded=folded(None, mail.subject, reporter),
        requested_at=mail.scanned_at,
        requested_by=reporter[:320],
        requested_disposition=MALICIOUS,
        status=Submission.Status.INVALID,
        outcome=why,
    )
    _note(mail, f"not usable as a report: {why}, submission {made.pk}")


def _note(mail: Message, text: str) -> None:
    TraceLine.objects.using(DATABASE).create(
        message=mail,
        direction=TraceLine.Direction.INBOUND,
        logged_at=mail.scanned_at,
        text=f"{mail.postfix_id}: {text}",
    )


def record(report: Message, reporter: str, found: Sequence[Reported]) -> None:
    """Write a User submission for each reported message, in the transaction that stores the report."""
    for one in found:
        if one.eml is not None:
            RawMail.objects.using(DATABASE).bulk_create([one.eml], ignore_conflicts=True)
        made = Submission.objects.using(DATABASE).create(
            account_id=report.account_id,
            type=Submission.Type.USER,
            message=one.message,
            report=report,
            eml=one.eml,
            subject=one.subject,
            folded=folded(one.message, one.subject, reporter),
            requested_at=report.scanned_at,
            requested_by=reporter[:320],
            requested_disposition=MALICIOUS,
            original_disposition=requestable_disposition(one.message.final_disposition) if one.message else "",
        )
        about = one.message.investigate_id if one.message else "a message that is not stored here"
        _note(report, f"taken as a report of {about}, submission {made.pk}")
        if one.message is not None:
            log(made, one.message)

"""Reports on threats found after delivery: a delivered message that is malicious when it is judged again."""

from gateway.detect.verdict import BEC, MALICIOUS
from gateway.models import Message, PhishGuardReport
from gateway.models.message import DeliveryBit
from gateway.phishguard.reports import HIGH, Notice, write

THREATS = (MALICIOUS, BEC)


def report_late_threat(message: Message, disposition: str) -> None:
    """Write a report if the new `disposition` makes `message` a threat, it was none before, and a copy was delivered.

    The report is written once.
    """
    was_known = message.final_disposition in THREATS
    if disposition not in THREATS or was_known or not message.delivery_bits & DeliveryBit.DELIVERED:
        return
    subject = message.subject or "no subject"
    sender = message.from_address or message.envelope_from
    write(
        message.account_id,
        [
            Notice(
                kind=PhishGuardReport.Kind.LATE_THREAT,
                about=f"message {message.pk}",
                title=f"Threat found after delivery: {subject}",
                content=(
                    f"A message from {sender or 'an unknown sender'} was delivered as {message.final_disposition} to"
                    f" {len(message.client_recipients)} recipient(s). Judged again, it is {disposition}."
                ),
                priority=HIGH,
                disposition=disposition,
                tags=(("kind", "late_threat"), ("delivered_as", message.final_disposition)),
                sender=sender,
                recipients=tuple(message.client_recipients),
                occurred_at=message.scanned_at,
                postfix_id=message.postfix_id,
            )
        ],
    )

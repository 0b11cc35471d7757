"""What is known of a message that something was done to: from its row in the API, or from a job's snapshot."""

from __future__ import annotations

from api_client.models import Message
from dashboard.jobs.snapshot import Snapshot
from investigate.event_export.feed import mine
from investigate.event_export.formats.alerts import alert_id_of
from investigate.event_export.formats.post_delivery import Mail
from investigate.event_export.models import ToldVerdict


def mail_of(message: Message) -> Mail:
    """Return what a message's row tells."""
    return Mail(
        alert_id=alert_id_of(message.id, message.alert_id),
        message_id=message.message_id or "",
        postfix_id=message.postfix_id,
        subject=message.subject or "",
        sender=message.from_ or "",
        sender_name=message.from_name or "",
        recipients=message.to or message.client_recipients,
        disposition=message.final_disposition or "NONE",
        received_at=message.scanned_at,
        reasons=message.detection_reasons,
    )


def mail_in(seen: Snapshot, alert_ids: dict[str, str]) -> Mail:
    """Return what a job's snapshot tells. `alert_ids` are those of verdicts that were told, by message."""
    return Mail(
        alert_id=alert_ids.get(seen.id) or alert_id_of(seen.id),
        message_id=seen.message_id,
        postfix_id=seen.postfix_id,
        subject=seen.subject,
        sender=seen.sender,
        sender_name=seen.sender_name,
        recipients=seen.recipients,
        disposition=seen.disposition,
        received_at=seen.scanned_at,
    )


def alert_ids_of(ids: list[str]) -> dict[str, str]:
    """Return the AlertIDs that were told of these messages."""
    rows = ToldVerdict.objects.filter(**mine(), message_id__in=ids)
    return dict(rows.values_list("message_id", "alert_id"))

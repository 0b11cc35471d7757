"""The message that a report is about: what the console has read of it, else what the API says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api_client import Client, NotFound
from investigate.campaigns.keys import mine
from investigate.campaigns.models import CampaignMessage
from investigate.reviews.models import Submission


@dataclass(frozen=True, slots=True)
class ReportedMessage:
    """What is told of a message: nothing of its content."""

    investigate_id: str
    sender: str
    received_at: datetime | None
    disposition: str


def reported_message(report: Submission, client: Client) -> ReportedMessage | None:
    """Return the message, or None if the API has none.

    This takes a call, unless campaigns have read it. Raise ApiError.
    """
    if not report.original_postfix_id:
        return None
    row = mine(CampaignMessage).filter(postfix_id=report.original_postfix_id).first()
    if row is not None:
        return ReportedMessage(row.investigate_id, row.sender, row.scanned_at, row.disposition)
    try:
        found = client.investigate.get(report.original_postfix_id)
    except NotFound:
        return None
    return ReportedMessage(found.id, found.from_ or "", found.scanned_at, found.final_disposition or "")

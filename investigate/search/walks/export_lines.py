"""Messages as lines of an export file: CSV, with neutralised cells, or JSON lines."""

import json
from collections.abc import Callable

from api_client.models import Message
from dashboard.csv_cells import csv_line
from investigate.search.walks.models import ExportFormat

_COLUMNS: dict[str, Callable[[Message], object]] = {
    "received": lambda row: row.scanned_at.isoformat() if row.scanned_at else "",
    "sent": lambda row: row.sent_at.isoformat() if row.sent_at else "",
    "from": lambda row: row.from_,
    "from_name": lambda row: row.from_name,
    "envelope_from": lambda row: row.envelope_from,
    "reply_to": lambda row: row.replyto,
    "recipients": lambda row: "; ".join(row.client_recipients),
    "to": lambda row: "; ".join(row.to or ()),
    "subject": lambda row: row.subject,
    "disposition": lambda row: row.final_disposition,
    "reasons": lambda row: "; ".join(row.detection_reasons),
    "status": lambda row: "; ".join(row.delivery_status or ()),
    "held": lambda row: "yes" if row.is_quarantined else "no",
    "actions": lambda row: "; ".join(row.post_delivery_operations or ()),
    "spf": lambda row: row.validation.spf if row.validation else "",
    "dkim": lambda row: row.validation.dkim if row.validation else "",
    "dmarc": lambda row: row.validation.dmarc if row.validation else "",
    "helo_ip": lambda row: row.smtp_helo_server_ip,
    "previous_hop_ip": lambda row: row.smtp_previous_hop_ip,
    "message_id": lambda row: row.message_id,
    "text_hash": lambda row: row.edf_hash,
    "html_hash": lambda row: row.htmltext_structure_hash,
    "id": lambda row: row.id,
}


def header_line(kind: str) -> str:
    """Return the line before the first message; empty for a format that has none."""
    return csv_line(_COLUMNS) if kind == ExportFormat.CSV else ""


def line_of(message: Message, kind: str) -> str:
    """Return a message as one line, its end included."""
    if kind == ExportFormat.CSV:
        return csv_line(column(message) for column in _COLUMNS.values())
    return json.dumps(message.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False) + "\n"

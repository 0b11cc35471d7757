"""The Detections tab: findings, attachments, links and authentication results of the verdict."""

from dashboard.audit.actor import Actor
from dashboard.verdicts import verdict_of
from investigate.display.message import DisplayedMessage
from investigate.message.authentication_results import checks_of
from investigate.message.selectors import message_detections
from investigate.message.tabs.attachments import displayed_attachments
from investigate.message.tabs.links import displayed_links
from investigate.message.tabs.tab import Context


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. `detections` is None if the API has none because the mail is clean."""
    detections = message_detections(message)
    if detections is None:
        return {"detections": None}
    attachments = displayed_attachments(detections.attachments)
    return {
        "detections": detections,
        "findings": [(finding, verdict_of(finding.detection)) for finding in detections.findings or []],
        "attachments": attachments,
        "files_within": len(detections.attachments) - len(attachments),
        "links": displayed_links(detections.links),
        "checks": checks_of(detections.validation),
    }

"""The Headers tab: the header fields, the Received hops, and the domains that SPF, DKIM and ARC authenticate."""

from dashboard.audit.actor import Actor
from investigate.display.message import DisplayedMessage
from investigate.message.authentication_results import checks_of
from investigate.message.selectors import message_detections
from investigate.message.tabs.received_hops import received_path_of
from investigate.message.tabs.sender_alignment import sender_alignment_of
from investigate.message.tabs.tab import Context


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. `headers` is None if the API has none, such as for clean mail."""
    detections = message_detections(message)
    if detections is None or not detections.headers:
        return {"headers": None}
    return {
        "headers": detections.headers,
        "received_path": received_path_of(detections.headers),
        "alignment": sender_alignment_of(message.data, detections.headers),
        "checks": checks_of(message.data.validation or detections.validation),
    }

"""The Headers tab: the header fields, the Received hops, and the domains that SPF, DKIM and ARC authenticate."""

from dashboard.audit.actor import Actor
from investigate.display.message import ShownMessage
from investigate.message.authentication_results import checks_of
from investigate.message.selectors import message_detections
from investigate.message.tabs.received_hops import way_of
from investigate.message.tabs.sender_alignment import vouching_of
from investigate.message.tabs.tab import Context


def load(_actor: Actor, message: ShownMessage) -> Context:
    """Return the context of the tab. `headers` is None if the API has none, such as for clean mail."""
    detections = message_detections(message)
    if detections is None or not detections.headers:
        return {"headers": None}
    return {
        "headers": detections.headers,
        "way": way_of(detections.headers),
        "vouching": vouching_of(message.data, detections.headers),
        "checks": checks_of(message.data.validation or detections.validation),
    }

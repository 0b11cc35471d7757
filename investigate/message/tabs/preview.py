"""The Preview tab: the preview image of the message, which the browser loads separately, and its zoom levels."""

from dashboard.audit.actor import Actor
from investigate.display.message import DisplayedMessage
from investigate.message.tabs.tab import Context

# Zoom levels of the preview image in percent. css/pages/investigate/message/preview.css has a rule for each.
ZOOMS = (50, 100, 150, 200, 300)


def load(_actor: Actor, _message: DisplayedMessage) -> Context:
    """Return the context of the tab."""
    return {"zooms": ZOOMS}

"""Registry of the tabs of a message, in display order."""

from dashboard.rights.table import TABS as RIGHTS
from investigate.message.tabs import activity, attachments, detections, headers, links, preview, raw, summary, trace
from investigate.message.tabs.tab import Tab

TABS = {
    tab.slug: tab
    for tab in [
        Tab("summary", "Summary", RIGHTS["summary"], summary.load),
        Tab("preview", "Preview", RIGHTS["preview"], preview.load),
        Tab("detections", "Detections", RIGHTS["detections"], detections.load),
        Tab("headers", "Headers", RIGHTS["headers"], headers.load),
        Tab("links", "Links", RIGHTS["links"], links.load),
        Tab("attachments", "Attachments", RIGHTS["attachments"], attachments.load),
        Tab("trace", "Trace", RIGHTS["trace"], trace.load),
        Tab("raw", "Raw", RIGHTS["raw"], raw.load),
        Tab("activity", "Activity", RIGHTS["activity"], activity.load),
    ]
}

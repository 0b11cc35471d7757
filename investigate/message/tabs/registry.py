"""Registry of the tabs of a message, in display order."""

from dashboard.audit.actions import AuditAction
from dashboard.rights.table import TABS as RIGHTS
from investigate.message.tabs import activity, attachments, detections, headers, links, preview, raw, summary, trace
from investigate.message.tabs.tab import Tab

TABS = {
    tab.slug: tab
    for tab in [
        Tab("summary", "Summary", RIGHTS["summary"], summary.load),
        Tab("preview", "Preview", RIGHTS["preview"], preview.load),
        Tab("detections", "Detections", RIGHTS["detections"], detections.load, AuditAction.DETECTIONS_VIEW),
        Tab("headers", "Headers", RIGHTS["headers"], headers.load, AuditAction.HEADERS_VIEW),
        Tab("links", "Links", RIGHTS["links"], links.load, AuditAction.LINKS_VIEW),
        Tab("attachments", "Attachments", RIGHTS["attachments"], attachments.load, AuditAction.ATTACHMENTS_VIEW),
        Tab("trace", "Trace", RIGHTS["trace"], trace.load, AuditAction.TRACE_VIEW),
        Tab("raw", "Raw", RIGHTS["raw"], raw.load),
        Tab("activity", "Activity", RIGHTS["activity"], activity.load),
    ]
}

"""Registry of the tabs of a message, in display order."""

from dashboard.audit.actions import AuditAction
from dashboard.roles import Capability
from investigate.message.tabs import activity, attachments, detections, headers, links, preview, raw, summary, trace
from investigate.message.tabs.tab import Tab

TABS = {
    tab.slug: tab
    for tab in [
        Tab("summary", "Summary", Capability.SEARCH, summary.load),
        Tab("preview", "Preview", Capability.PREVIEW, preview.load),
        Tab("detections", "Detections", Capability.SEARCH, detections.load, AuditAction.DETECTIONS_VIEW),
        Tab("headers", "Headers", Capability.SEARCH, headers.load, AuditAction.HEADERS_VIEW),
        Tab("links", "Links", Capability.SEARCH, links.load, AuditAction.LINKS_VIEW),
        Tab("attachments", "Attachments", Capability.SEARCH, attachments.load, AuditAction.ATTACHMENTS_VIEW),
        Tab("trace", "Trace", Capability.SEARCH, trace.load, AuditAction.TRACE_VIEW),
        Tab("raw", "Raw", Capability.RAW, raw.load),
        Tab("activity", "Activity", Capability.SEARCH, activity.load),
    ]
}

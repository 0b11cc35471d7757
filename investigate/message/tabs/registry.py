"""The tabs of a message: what each needs, and who may open it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.audit.actor import Actor
from dashboard.audit.selectors import audit_of_object
from dashboard.jobs.selectors import items_of_message
from dashboard.roles import Capability
from dashboard.verdicts import verdict_of
from investigate.annotations.selectors import assignee_of, notes_of, people_to_assign
from investigate.display.message import ShownMessage
from investigate.message.authentication_results import checks_of
from investigate.message.content_access import raw_look
from investigate.message.encrypted_archive import PASSWORD
from investigate.message.tabs.activity import (
    Deed,
    deeds_of_api,
    deeds_of_console,
    deeds_of_jobs,
    deeds_of_notes,
    told_once,
)
from investigate.message.tabs.attachments import shown_attachments
from investigate.message.tabs.links import shown_links
from investigate.message.tabs.raw import raw_text
from investigate.message.tabs.received_hops import way_of
from investigate.message.tabs.sender_alignment import vouching_of
from investigate.message.tabs.trace import trace_steps
from investigate.search.results import message_actions, message_detections, message_trace

Context = dict[str, Any]

# How large the picture can be shown, in percent; css/pages/investigate/message/content.css has a rule for each.
ZOOMS = (50, 100, 150, 200, 300)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `load` asks the API for what the tab shows, at most once."""

    slug: str
    label: str
    capability: Capability
    load: Callable[[Actor, ShownMessage], Context]

    @property
    def template(self) -> str:
        return f"investigate/message/tabs/_{self.slug}.html"


def _summary(_actor: Actor, message: ShownMessage) -> Context:
    return {
        "checks": checks_of(message.data.validation),
        "deeds": [deed for deed in told_once(*_deeds(message)) if deed.is_in_log],
        "notes": notes_of(message.id),
        "assignee": assignee_of(message.id),
        "people": people_to_assign(),
    }


def _preview(_actor: Actor, _message: ShownMessage) -> Context:
    return {"zooms": ZOOMS}


def _detections(_actor: Actor, message: ShownMessage) -> Context:
    detections = message_detections(message)
    if detections is None:
        return {"detections": None}
    return {
        "detections": detections,
        "findings": [(finding, verdict_of(finding.detection)) for finding in detections.findings or []],
        "attachments": shown_attachments(detections.attachments),
        "links": shown_links(detections.links),
        "checks": checks_of(detections.validation),
    }


def _headers(_actor: Actor, message: ShownMessage) -> Context:
    detections = message_detections(message)
    if detections is None or not detections.headers:
        return {"headers": None}
    return {
        "headers": detections.headers,
        "way": way_of(detections.headers),
        "vouching": vouching_of(message.data, detections.headers),
        "checks": checks_of(message.data.validation or detections.validation),
    }


def _links(_actor: Actor, message: ShownMessage) -> Context:
    detections = message_detections(message)
    return {"links": None if detections is None else shown_links(detections.links)}


def _attachments(_actor: Actor, message: ShownMessage) -> Context:
    detections = message_detections(message)
    return {"attachments": None if detections is None else shown_attachments(detections.attachments)}


def _trace(_actor: Actor, message: ShownMessage) -> Context:
    trace = message_trace(message)
    return {"steps": trace_steps(trace), "is_pending": bool(trace.inbound.pending or trace.outbound.pending)}


def _raw(actor: Actor, message: ShownMessage) -> Context:
    return {"raw": raw_text(raw_look(actor=actor, message=message)), "password": PASSWORD}


def _activity(_actor: Actor, message: ShownMessage) -> Context:
    return {"deeds": told_once(*_deeds(message), deeds_of_notes(notes_of(message.id)))}


def _deeds(message: ShownMessage) -> tuple[list[Deed], list[Deed], list[Deed]]:
    return (
        deeds_of_api(message_actions(message)),
        deeds_of_console(audit_of_object(kind="message", object_id=message.id)),
        deeds_of_jobs(items_of_message(message.id)),
    )


TABS = {
    tab.slug: tab
    for tab in [
        Tab("summary", "Summary", Capability.SEARCH, _summary),
        Tab("preview", "Preview", Capability.PREVIEW, _preview),
        Tab("detections", "Detections", Capability.SEARCH, _detections),
        Tab("headers", "Headers", Capability.SEARCH, _headers),
        Tab("links", "Links", Capability.SEARCH, _links),
        Tab("attachments", "Attachments", Capability.SEARCH, _attachments),
        Tab("trace", "Trace", Capability.SEARCH, _trace),
        Tab("raw", "Raw", Capability.RAW, _raw),
        Tab("activity", "Activity", Capability.SEARCH, _activity),
    ]
}

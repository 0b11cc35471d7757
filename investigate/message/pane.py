"""The pane of a message: header, actions, tabs, and the panel of the open tab."""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from api_client import ApiError
from dashboard.audit.actions import Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record_look
from dashboard.problems import Problem, problem_of
from dashboard.requests import ConsoleRequest
from dashboard.roles import can, demand
from investigate.campaigns.models import Campaign
from investigate.campaigns.selectors import campaign_of
from investigate.display.message import DisplayedMessage
from investigate.message.actions import MessageActions
from investigate.message.content_reasons import CONTENT, ReasonForm, content_is_open, needs_reason
from investigate.message.pane_location import ORIGIN, PaneLocation, is_about_report
from investigate.message.selectors import message_get
from investigate.message.tabs.registry import TABS
from investigate.message.tabs.tab import Tab
from investigate.search.query import as_words

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TabLink:
    """A link to a tab. `url` stays at the current place, `own_url` leads to the message's own page."""

    tab: Tab
    url: str
    own_url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """The data of the pane. If the open tab failed to load, `problem` is shown in its panel and the rest is intact.

    `campaign` is what it belongs to, if that has other messages.
    With `reason_form`, the tab shows content and the user has to say first why they look at it. `shows_content` says
    whether a tab that is no content itself may name what the message holds.
    """

    message: DisplayedMessage
    place: PaneLocation
    tab: Tab
    tabs: list[TabLink]
    panel: dict[str, Any]
    problem: Problem | None
    reason_form: ReasonForm | None = None
    shows_content: bool = True
    campaign: Campaign | None = None

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200

    @property
    def url(self) -> str:
        """Return the URL of the open tab at the current place."""
        return self.place.message_url(self.message.id, self.tab.slug, is_report=bool(self.message.submission))

    @property
    def own_url(self) -> str:
        """Return the URL of the open tab on the message's own page."""
        return self.place.own_url(self.message.id, self.tab.slug, is_report=bool(self.message.submission))

    @property
    def steps_url(self) -> str:
        """Return the URL of the fragment with the neighbours, or an empty string beside a list or without a list."""
        if self.place.is_beside_list or self.place.origin is None:
            return ""
        query = urlencode({ORIGIN: self.place.origin.urlencode()})
        return f"{reverse('investigate:steps', args=[self.message.id])}?{query}"

    @property
    def steps_id(self) -> str:
        """Return the HTML id of the neighbours' element, unique for each message.

        Colons are replaced because a CSS selector would have to escape them.
        """
        return f"steps-{self.message.id.replace(':', '-')}"

    @property
    def _similar_query(self) -> str:
        """Return the query string of the search for mail from the same template.

        Return an empty string if the message has neither a text hash nor a structure hash.
        """
        data = self.message.data
        hashes = [("edf", data.edf_hash), ("structure", data.htmltext_structure_hash)]
        terms = [f"{operator}:{as_words(value)}" for operator, value in hashes if value]
        return urlencode({"query": " OR ".join(terms)}) if terms else ""

    @property
    def similar_url(self) -> str:
        return self._similar("search")

    @property
    def similar_count_url(self) -> str:
        return self._similar("count")

    @property
    def similar_select_url(self) -> str:
        return self._similar("select")

    @property
    def sender_history_url(self) -> str:
        """Return the URL of the fragment with the sender's earlier mail; empty without a sender or a time."""
        sender, moment = self.message.data.from_, self.message.data.scanned_at
        if not sender or moment is None:
            return ""
        query = urlencode({"sender": sender, "before": moment.isoformat()})
        return f"{reverse('investigate:sender_history')}?{query}"

    def _similar(self, view: str) -> str:
        return f"{reverse(f'investigate:{view}')}?{self._similar_query}" if self._similar_query else ""

    @property
    def acting(self) -> MessageActions:
        """Return the actions on the message. Each action returns to the open tab."""
        return MessageActions(self.message, back=self.url)

    @property
    def links_url(self) -> str:
        return self.place.message_url(self.message.id, "links", is_report=bool(self.message.submission))

    @property
    def attachments_url(self) -> str:
        return self.place.message_url(self.message.id, "attachments", is_report=bool(self.message.submission))


def open_pane(
    request: ConsoleRequest, *, message_id: str, tab: str, place: PaneLocation, known: DisplayedMessage | None = None
) -> Pane:
    """Return the pane with the tab opened. With `known`, the message is not fetched again.

    Raise Http404 if there is no such tab, PermissionDenied if the user may not open the tab, and ApiError if the
    message can't be fetched.
    """
    if tab not in TABS:
        raise Http404("There is no such tab.")
    opened = TABS[tab]
    demand(request, opened.capability, object_kind="message", object_id=message_id)
    message = known or message_get(message_id, is_report=is_about_report(request))
    is_report = bool(message.submission)
    asks = opened.capability in CONTENT and needs_reason(request, message.id)
    panel, problem = ({}, None) if asks else _load(opened, request, message)
    tabs = [
        TabLink(
            tab=each,
            url=place.message_url(message.id, each.slug, is_report=is_report),
            own_url=place.own_url(message.id, each.slug, is_report=is_report),
            is_open=each.slug == tab,
        )
        for each in TABS.values()
        if can(request.user, each.capability)
    ]
    return Pane(
        message=message,
        place=place,
        tab=opened,
        tabs=tabs,
        panel=panel,
        problem=problem,
        reason_form=ReasonForm(auto_id="content_%s") if asks else None,
        shows_content=content_is_open(request, message.id),
        campaign=_campaign(message.id),
    )


def _campaign(message_id: str) -> Campaign | None:
    found = campaign_of(message_id)
    return found if found is not None and found.size > 1 else None


def _load(tab: Tab, request: ConsoleRequest, message: DisplayedMessage) -> tuple[dict[str, Any], Problem | None]:
    actor = actor_of(request)
    look = partial(record_look, actor=actor, object_kind="message", object_id=message.id)
    try:
        panel = tab.load(actor, message)
        if tab.look:
            look(action=tab.look)
        return panel, None
    except ApiError as error:
        if tab.look:
            look(action=tab.look, outcome=Outcome.FAILED, detail={"error": type(error).__name__})
        logger.warning("%s of message %r failed: %r", tab.label, message.id, str(error))
        return {}, problem_of(error)

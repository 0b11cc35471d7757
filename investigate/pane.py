"""The message pane: header, actions, tabs, and the panel of the tab that is open."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from api_client import ApiError
from dashboard.audit.actor import actor_of
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.problems import Problem, problem_of
from dashboard.requests import ConsoleRequest
from dashboard.roles import can, demand
from dashboard.verdicts import CHOICES, verdict_of
from investigate.place import REPORT, Place, own_url, policy_url
from investigate.query import as_words
from investigate.selectors import message_get
from investigate.shown import ShownMessage
from investigate.tabs import TABS, Tab

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as the pane links to it: `url` where the person is, `own_url` on the message's own page."""

    tab: Tab
    url: str
    own_url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """All that the pane shows. A tab that failed leaves the rest standing and says so itself."""

    message: ShownMessage
    place: Place
    tab: Tab
    tabs: list[TabLink]
    panel: dict[str, Any]
    problem: Problem | None

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200

    @property
    def url(self) -> str:
        """The address of what is open."""
        return self.place.message_url(self.message.id, self.tab.slug, is_report=bool(self.message.submission))

    @property
    def own_url(self) -> str:
        """The address of the same on the message's own page."""
        return own_url(self.message.id, self.tab.slug, is_report=bool(self.message.submission))

    @property
    def _similar_query(self) -> str:
        """The search for mail made from the same template, as an address holds it; empty without either hash."""
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

    def _similar(self, view: str) -> str:
        return f"{reverse(f'investigate:{view}')}?{self._similar_query}" if self._similar_query else ""

    @property
    def block_url(self) -> str:
        """Where its sender is blocked, with what that would have done shown first."""
        return self._policy("block")

    @property
    def allow_url(self) -> str:
        """Where its sender is allowed, with what that would have let through shown first."""
        return self._policy("allow")

    def _policy(self, view: str) -> str:
        return policy_url(view, self.message)

    @property
    def links_url(self) -> str:
        return self.place.message_url(self.message.id, "links", is_report=bool(self.message.submission))

    @property
    def attachments_url(self) -> str:
        return self.place.message_url(self.message.id, "attachments", is_report=bool(self.message.submission))

    @property
    def folders(self) -> list[tuple[str, str]]:
        return list(FOLDER_LABELS.items())

    @property
    def dispositions(self) -> list[tuple[str, Any]]:
        """What a reclassification can ask for, but for what the message is already."""
        options = [(choice.value, verdict_of(choice)) for choice in CHOICES]
        return [(value, verdict) for value, verdict in options if verdict.kind != self.message.verdict.kind]


def open_pane(
    request: ConsoleRequest, *, message_id: str, tab: str, place: Place, known: ShownMessage | None = None
) -> Pane:
    """Return the pane with one tab open; `known` saves asking for the message again.

    Whoever may not open the tab is refused. A message that can't be had raises ApiError.
    """
    if tab not in TABS:
        raise Http404("There is no such tab.")
    opened = TABS[tab]
    demand(request, opened.capability, object_kind="message", object_id=message_id)
    message = known or message_get(message_id, is_report=_is_report(request))
    is_report = bool(message.submission)
    panel, problem = _load(opened, request, message)
    tabs = [
        TabLink(
            tab=each,
            url=place.message_url(message.id, each.slug, is_report=is_report),
            own_url=own_url(message.id, each.slug, is_report=is_report),
            is_open=each.slug == tab,
        )
        for each in TABS.values()
        if can(request.user, each.capability)
    ]
    return Pane(message=message, place=place, tab=opened, tabs=tabs, panel=panel, problem=problem)


def _is_report(request: ConsoleRequest) -> bool:
    """Tell whether the address, or the search beside which it stands, is about what people reported."""
    return REPORT in request.GET or "reported" in request.GET


def _load(tab: Tab, request: ConsoleRequest, message: ShownMessage) -> tuple[dict[str, Any], Problem | None]:
    try:
        return tab.load(actor_of(request), message), None
    except ApiError as error:
        logger.warning("%s of message %r failed: %r", tab.label, message.id, str(error))
        return {}, problem_of(error)

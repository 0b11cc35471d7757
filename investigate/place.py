"""Where the person is: at a message of its own page, or at one beside a list."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.search_url import search_url, without
from investigate.shown import ShownMessage


@dataclass(frozen=True, slots=True)
class Place:
    """`list_query` is the query of the list that is on the page, None where there is no list."""

    list_query: QueryDict | None

    @property
    def is_beside_list(self) -> bool:
        return self.list_query is not None

    def message_url(self, message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
        """Return the address of a tab of a message, beside the list where there is one."""
        if self.list_query is None:
            return own_url(message_id, tab, is_report=is_report)
        return search_url(self.list_query, message=message_id, tab=None if tab == "summary" else tab)

    @property
    def close_url(self) -> str:
        """The list without a message; from a message's own page, the search."""
        return search_url(self.list_query)


# What an address of a person's report holds, so that it is looked for where reports lie.
REPORT = "report"


def own_url(message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
    """Return the address of a tab on the message's own page."""
    if tab == "summary":
        url = reverse("investigate:message", args=[message_id])
    else:
        url = reverse("investigate:message_tab", args=[message_id, tab])
    return f"{url}?{REPORT}=1" if is_report else url


def place_of(request: ConsoleRequest) -> Place:
    """Return where the person is: for a part of a page that is the page around it, else the address asked for."""
    if not wants_fragment(request):
        at_search = request.path == reverse("investigate:search")
        return Place(_list_query(request.GET) if at_search else None)
    current = urlsplit(request.htmx.current_url_abs_path or "")
    if current.path != reverse("investigate:search"):
        return Place(None)
    return Place(_list_query(QueryDict(current.query)))


def _list_query(query: QueryDict) -> QueryDict:
    return without(query, ["message", "tab"])


def policy_url(view: str, message: ShownMessage) -> str:
    """Return where the sender of a message is blocked or allowed; `view` is block or allow."""
    known = {
        "sender": message.sender,
        "domain": message.sender_domain,
        "ip": message.last_ip,
        "message": message.id,
    }
    return f"{reverse(f'settings_admin:{view}')}?{urlencode({name: value for name, value in known.items() if value})}"

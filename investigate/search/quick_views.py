"""Quick views: links to frequent searches, such as held, released or reported mail, and to the team's own views."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from api_client.models.values import DeliveryStatus, Disposition, MessageAction
from investigate.search.address import PLACE_PARAMETERS, canonical_query, search_url, without
from investigate.search.form import SearchForm
from investigate.search.saved.models import SavedSearch

_VIEWS: list[tuple[str, dict[str, str]]] = [
    ("All mail", {}),
    ("Held", {"status": DeliveryStatus.QUARANTINED.value}),
    ("Malicious, 24 hours", {"disposition": Disposition.MALICIOUS.value, "range": "24h"}),
    ("Released", {"action": MessageAction.QUARANTINE_RELEASED.value}),
    ("Moved", {"action": MessageAction.MOVED.value}),
    ("Reported", {"reported": "on"}),
]


@dataclass(frozen=True, slots=True)
class QuickView:
    """A link to a frequent search. `is_open` is true if this search is the one that is shown."""

    label: str
    url: str
    is_open: bool


def quick_views(form: SearchForm | None, saved: Iterable[SavedSearch] = ()) -> list[QuickView]:
    """Return the quick views, and those of the saved searches that are pinned.

    `form` is the search that is shown, or None if that search is invalid.
    """
    shown = dict(without(canonical_query(form), PLACE_PARAMETERS).lists()) if form else None
    found = [
        QuickView(label, search_url(**wanted), is_open=shown == {name: [value] for name, value in wanted.items()})
        for label, wanted in _VIEWS
    ]
    for one in saved:
        if one.is_pinned:
            query = QueryDict(one.query)
            found.append(QuickView(one.name, search_url(query), is_open=shown == dict(query.lists())))
    return found

"""The searches that an analyst makes all day, one click away."""

from dataclasses import dataclass

from api_client.models.values import DeliveryStatus, Disposition, MessageAction
from investigate.search.address import PLACE_PARAMETERS, canonical_query, search_url, without
from investigate.search.form import SearchForm

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
    """One such search; `is_open` when it is the one that is shown."""

    label: str
    url: str
    is_open: bool


def quick_views(form: SearchForm | None) -> list[QuickView]:
    """Return the quick views; `form` is the search that is shown, None where it is not a valid one."""
    shown = dict(without(canonical_query(form), PLACE_PARAMETERS).lists()) if form else None
    return [
        QuickView(label, search_url(**wanted), is_open=shown == {name: [value] for name, value in wanted.items()})
        for label, wanted in _VIEWS
    ]

"""The filters of a search, and their JSON form."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParams:
    """The filters of `GET /investigate`. `url` and `features` are extensions of the API.

    `features` filters nothing: it asks for the features of the messages. `refers_to`, Message-IDs that In-Reply-To or
    the end of References names, is for the gateway's own questions; no client can ask it.

    Several values of one filter are ORed, different filters are ANDed. `start` and `end` are aware and inclusive. A
    filter that is None or () is not applied.
    """

    account_id: str
    start: datetime
    end: datetime | None = None
    detections_only: bool = True
    query: str | None = None
    subject: str | None = None
    exact_subject: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    message_id: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    alert_id: tuple[str, ...] = ()
    smtp_helo_ip: tuple[str, ...] = ()
    final_disposition: tuple[str, ...] = ()
    message_action: tuple[str, ...] = ()
    delivery_status: tuple[str, ...] = ()
    submissions: bool = False
    features: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the filters as JSON-compatible data."""
        data = asdict(self)
        return data | {"start": self.start.isoformat(), "end": self.end.isoformat() if self.end else None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SearchParams":
        """Return the filters from the data of `to_json`."""
        lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        end = datetime.fromisoformat(data["end"]) if data["end"] else None
        return cls(**data | lists | {"start": datetime.fromisoformat(data["start"]), "end": end})

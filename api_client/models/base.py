"""Base class and common types of all wire models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class WireModel(BaseModel):
    """Base class of all wire models, which parse and serialize parts of the API's JSON.

    Fields can be set by their Python name or by their name in JSON. Unknown fields are ignored, since a newer server
    may send more.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


UtcDatetime = Annotated[datetime, AfterValidator(_in_utc)]
"""A timezone-aware time in UTC. A value without an offset is read as UTC, as the API's contract says."""

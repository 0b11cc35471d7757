"""Model of the response to a deletion."""

from __future__ import annotations

from api_client.models.base import WireModel


class Deleted(WireModel):
    """The id of what was deleted."""

    id: str

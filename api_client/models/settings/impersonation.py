"""Model of entries of the impersonation registry."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import NOVEMBER_2026, Ended, UtcDatetime, WireModel


class RegistryEntry(WireModel):
    """A person whose name attackers borrow; `provenance` is a Provenance or a newer value.

    What a directory synchronised can't be edited.
    """

    id: str | None = None
    comments: str | None = None
    created_at: UtcDatetime | None = None
    directory_id: int | None = None
    directory_node_id: int | None = None
    email: str | None = None
    external_directory_node_id: Annotated[str | None, Ended()] = None
    is_email_regex: bool | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None
    name: str | None = None
    provenance: str | None = None

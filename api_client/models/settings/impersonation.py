"""Model of entries of the impersonation registry."""

from __future__ import annotations

from api_client.models.base import UtcDatetime, WireModel


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
    external_directory_node_id: str | None = None
    is_email_regex: bool | None = None
    last_modified: UtcDatetime | None = None
    modified_at: UtcDatetime | None = None
    name: str | None = None
    provenance: str | None = None

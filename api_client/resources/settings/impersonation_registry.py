"""Operations on the impersonation registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.models.settings import RegistryEntry
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import Listing, SettingsResource


class RegistryFilters(Listing, total=False):
    """Filters of the list. `order` is name, email or created_at."""

    provenance: str | None


class ImpersonationRegistryResource(SettingsResource[RegistryEntry]):
    """People whose names attackers may impersonate. Entries synchronized from a directory can't be edited."""

    name = "impersonation_registry"
    model = RegistryEntry

    def list(self, **filters: Unpack[RegistryFilters]) -> NumberedPage[RegistryEntry]:
        """Return one page of entries."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[RegistryFilters]) -> Iterator[RegistryEntry]:
        """Yield every entry."""
        return self._each(filters)

    def get(self, impersonation_registry_id: str) -> RegistryEntry:
        """Return one entry."""
        return self._one(impersonation_registry_id)

    def create(
        self,
        *,
        name: str,
        email: str,
        is_email_regex: bool,
        comments: str | NotGiven | None = NOT_GIVEN,
        directory_id: int | NotGiven | None = NOT_GIVEN,
        directory_node_id: int | NotGiven | None = NOT_GIVEN,
        external_directory_node_id: str | NotGiven | None = NOT_GIVEN,
        provenance: str | NotGiven | None = NOT_GIVEN,
    ) -> RegistryEntry:
        """Create an entry for a person's name. `provenance` is a Provenance."""
        return self._create(
            given(
                name=name,
                email=email,
                is_email_regex=is_email_regex,
                comments=comments,
                directory_id=directory_id,
                directory_node_id=directory_node_id,
                external_directory_node_id=external_directory_node_id,
                provenance=provenance,
            )
        )

    def edit(
        self,
        impersonation_registry_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        email: str | NotGiven = NOT_GIVEN,
        is_email_regex: bool | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
        directory_id: int | NotGiven | None = NOT_GIVEN,
        directory_node_id: int | NotGiven | None = NOT_GIVEN,
        external_directory_node_id: str | NotGiven | None = NOT_GIVEN,
        provenance: str | NotGiven | None = NOT_GIVEN,
    ) -> RegistryEntry:
        """Change only the given fields."""
        fields = given(
            name=name,
            email=email,
            is_email_regex=is_email_regex,
            comments=comments,
            directory_id=directory_id,
            directory_node_id=directory_node_id,
            external_directory_node_id=external_directory_node_id,
            provenance=provenance,
        )
        return self._edit(impersonation_registry_id, fields)

"""Operations on protected domains."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import Unpack

from pydantic import TypeAdapter

from api_client.addressing import path_segment
from api_client.models.settings import Domain, DomainVerification
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import ALL_DELETED, BatchedResource, Listing, checked

VERIFICATION = TypeAdapter(DomainVerification)


class DomainFilters(Listing, total=False):
    """Filters of the list. `order` is domain or created_at. Several values of `domain` match any of them."""

    active_delivery_mode: str | None
    allowed_delivery_mode: str | None
    domain: str | Sequence[str] | None
    integration_id: str | None
    status: str | None


class DomainsResource(BatchedResource[Domain]):
    """Domains whose mail is scanned. The Domain model describes the fields."""

    name = "domains"
    model = Domain

    def list(self, **filters: Unpack[DomainFilters]) -> NumberedPage[Domain]:
        """Return one page of domains."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[DomainFilters]) -> Iterator[Domain]:
        """Yield every domain."""
        return self._each(filters)

    def get(self, domain_id: str) -> Domain:
        """Return one domain."""
        return self._one(domain_id)

    def create(
        self,
        *,
        domain: str,
        allowed_delivery_modes: Sequence[str],
        drop_dispositions: Sequence[str],
        ip_restrictions: Sequence[str],
        regions: Sequence[str],
        folder: str | NotGiven | None = NOT_GIVEN,
        integration_id: str | NotGiven | None = NOT_GIVEN,
        lookback_hops: int | NotGiven | None = NOT_GIVEN,
        require_tls_inbound: bool | NotGiven | None = NOT_GIVEN,
        require_tls_outbound: bool | NotGiven | None = NOT_GIVEN,
        transport: str | NotGiven | None = NOT_GIVEN,
    ) -> Domain:
        """Protect a domain."""
        return self._create(
            given(
                domain=domain,
                allowed_delivery_modes=[*allowed_delivery_modes],
                drop_dispositions=[*drop_dispositions],
                ip_restrictions=[*ip_restrictions],
                regions=[*regions],
                folder=folder,
                integration_id=integration_id,
                lookback_hops=lookback_hops,
                require_tls_inbound=require_tls_inbound,
                require_tls_outbound=require_tls_outbound,
                transport=transport,
            )
        )

    def edit(
        self,
        domain_id: str,
        *,
        allowed_delivery_modes: Sequence[str] | NotGiven = NOT_GIVEN,
        drop_dispositions: Sequence[str] | NotGiven = NOT_GIVEN,
        ip_restrictions: Sequence[str] | NotGiven = NOT_GIVEN,
        regions: Sequence[str] | NotGiven = NOT_GIVEN,
        folder: str | NotGiven | None = NOT_GIVEN,
        integration_id: str | NotGiven | None = NOT_GIVEN,
        lookback_hops: int | NotGiven = NOT_GIVEN,
        require_tls_inbound: bool | NotGiven = NOT_GIVEN,
        require_tls_outbound: bool | NotGiven = NOT_GIVEN,
        transport: str | NotGiven = NOT_GIVEN,
    ) -> Domain:
        """Change only the given fields. The name can't be changed."""
        fields = given(
            allowed_delivery_modes=allowed_delivery_modes,
            drop_dispositions=drop_dispositions,
            ip_restrictions=ip_restrictions,
            regions=regions,
            folder=folder,
            integration_id=integration_id,
            lookback_hops=lookback_hops,
            require_tls_inbound=require_tls_inbound,
            require_tls_outbound=require_tls_outbound,
            transport=transport,
        )
        return self._edit(domain_id, fields)

    def update(
        self,
        domain_id: str,
        *,
        allowed_delivery_modes: Sequence[str],
        drop_dispositions: Sequence[str],
        ip_restrictions: Sequence[str],
        regions: Sequence[str],
        folder: str | NotGiven | None = NOT_GIVEN,
        integration_id: str | NotGiven | None = NOT_GIVEN,
        lookback_hops: int | NotGiven | None = NOT_GIVEN,
        require_tls_inbound: bool | NotGiven | None = NOT_GIVEN,
        require_tls_outbound: bool | NotGiven | None = NOT_GIVEN,
        transport: str | NotGiven | None = NOT_GIVEN,
    ) -> Domain:
        """Replace all fields except the name. Fields that are not given are unset."""
        fields = given(
            allowed_delivery_modes=[*allowed_delivery_modes],
            drop_dispositions=[*drop_dispositions],
            ip_restrictions=[*ip_restrictions],
            regions=[*regions],
            folder=folder,
            integration_id=integration_id,
            lookback_hops=lookback_hops,
            require_tls_inbound=require_tls_inbound,
            require_tls_outbound=require_tls_outbound,
            transport=transport,
        )
        path = f"{self._path}/{path_segment(domain_id)}"
        return self._entry(self._send("PUT", path, json=fields, write=True))

    def bulk_delete(self, *, ids: Sequence[str]) -> builtins.list[str]:
        """Delete domains, all or none, and return their ids. The API deprecates this in favour of `batch`.

        Raise ValueError, before anything is sent, for no ids or for more than 1000.
        """
        if not ids:
            raise ValueError("There must be at least one id.")
        body = [{"id": identifier} for identifier in checked(ids)]
        answer = self._send("DELETE", self._path, json=body, write=True)
        return [entry.id for entry in self._read(ALL_DELETED, answer)]

    def verification(self, domain_id: str) -> DomainVerification | None:
        """Return the TXT record that proves a domain's ownership, or None if no verification is required."""
        answer = self._get(f"{self._path}/{path_segment(domain_id)}/verification")
        return None if answer.status == 204 else self._read(VERIFICATION, answer)

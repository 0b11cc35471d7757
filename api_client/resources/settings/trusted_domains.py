"""Trusted domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.given import NOT_GIVEN, NotGiven, given
from api_client.models.settings import TrustedDomain
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class TrustedDomainFilters(Listing, total=False):
    """What a list filters by; `order` is pattern or created_at."""

    pattern: str | None
    is_recent: bool | None
    is_similarity: bool | None


class TrustedDomainsResource(BatchedResource[TrustedDomain]):
    """Domains that may look like one of ours, or be newly registered."""

    name = "trusted_domains"
    model = TrustedDomain

    def list(self, **filters: Unpack[TrustedDomainFilters]) -> NumberedPage[TrustedDomain]:
        """Give one page of trusted domains."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[TrustedDomainFilters]) -> Iterator[TrustedDomain]:
        """Give every trusted domain, page after page."""
        return self._each(filters)

    def get(self, trusted_domain_id: str) -> TrustedDomain:
        """Give one trusted domain."""
        return self._one(trusted_domain_id)

    def create(
        self,
        *,
        pattern: str,
        is_regex: bool,
        is_recent: bool,
        is_similarity: bool,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> TrustedDomain:
        """Trust a domain."""
        return self._create(
            given(
                pattern=pattern,
                is_regex=is_regex,
                is_recent=is_recent,
                is_similarity=is_similarity,
                comments=comments,
            )
        )

    def edit(
        self,
        trusted_domain_id: str,
        *,
        pattern: str | NotGiven = NOT_GIVEN,
        is_regex: bool | NotGiven = NOT_GIVEN,
        is_recent: bool | NotGiven = NOT_GIVEN,
        is_similarity: bool | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> TrustedDomain:
        """Set what is given, and nothing else."""
        fields = given(
            pattern=pattern, is_regex=is_regex, is_recent=is_recent, is_similarity=is_similarity, comments=comments
        )
        return self._edit(trusted_domain_id, fields)

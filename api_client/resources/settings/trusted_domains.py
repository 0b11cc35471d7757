"""Operations on trusted domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.models.settings import TrustedDomain
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class TrustedDomainFilters(Listing, total=False):
    """Filters of the list. `order` is pattern or created_at."""

    pattern: str | None
    is_recent: bool | None
    is_similarity: bool | None


class TrustedDomainsResource(BatchedResource[TrustedDomain]):
    """Domains that may look like a protected domain, or be newly registered."""

    name = "trusted_domains"
    model = TrustedDomain

    def list(self, **filters: Unpack[TrustedDomainFilters]) -> NumberedPage[TrustedDomain]:
        """Return one page of trusted domains."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[TrustedDomainFilters]) -> Iterator[TrustedDomain]:
        """Yield every trusted domain."""
        return self._each(filters)

    def get(self, trusted_domain_id: str) -> TrustedDomain:
        """Return one trusted domain."""
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
        """Create a trusted domain."""
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
        """Change only the given fields."""
        fields = given(
            pattern=pattern, is_regex=is_regex, is_recent=is_recent, is_similarity=is_similarity, comments=comments
        )
        return self._edit(trusted_domain_id, fields)

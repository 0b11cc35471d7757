"""Operations on content policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from api_client.models.settings import ContentPolicy
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class ContentPolicyFilters(Listing, total=False):
    """Filters of the list. `order` is name or created_at."""

    enabled: bool | None
    name: str | None


class ContentPoliciesResource(BatchedResource[ContentPolicy]):
    """Regular expressions that are matched against subject and body."""

    name = "content_policies"
    model = ContentPolicy

    def list(self, **filters: Unpack[ContentPolicyFilters]) -> NumberedPage[ContentPolicy]:
        """Return one page of content policies."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[ContentPolicyFilters]) -> Iterator[ContentPolicy]:
        """Yield every content policy."""
        return self._each(filters)

    def get(self, policy_id: str) -> ContentPolicy:
        """Return one content policy."""
        return self._one(policy_id)

    def create(
        self,
        *,
        name: str,
        pattern: str,
        targets: Sequence[str],
        enabled: bool,
        notes: str | NotGiven | None = NOT_GIVEN,
    ) -> ContentPolicy:
        """Create a content policy. `targets` contains ContentTarget values."""
        return self._create(given(name=name, pattern=pattern, targets=[*targets], enabled=enabled, notes=notes))

    def edit(
        self,
        policy_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        pattern: str | NotGiven = NOT_GIVEN,
        targets: Sequence[str] | NotGiven = NOT_GIVEN,
        enabled: bool | NotGiven = NOT_GIVEN,
        notes: str | NotGiven | None = NOT_GIVEN,
    ) -> ContentPolicy:
        """Change only the given fields."""
        fields = given(name=name, pattern=pattern, targets=targets, enabled=enabled, notes=notes)
        return self._edit(policy_id, fields)

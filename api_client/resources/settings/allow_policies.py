"""Operations on allow policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.models.settings import AllowPolicy
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class AllowPolicyFilters(Listing, total=False):
    """Filters of the list. `order` is pattern or created_at."""

    pattern: str | None
    pattern_type: str | None
    is_acceptable_sender: bool | None
    is_exempt_recipient: bool | None
    is_trusted_sender: bool | None
    verify_sender: bool | None


class AllowPoliciesResource(BatchedResource[AllowPolicy]):
    """Senders and recipients that are exempt from detections."""

    name = "allow_policies"
    model = AllowPolicy

    def list(self, **filters: Unpack[AllowPolicyFilters]) -> NumberedPage[AllowPolicy]:
        """Return one page of allow policies."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[AllowPolicyFilters]) -> Iterator[AllowPolicy]:
        """Yield every allow policy."""
        return self._each(filters)

    def get(self, policy_id: str) -> AllowPolicy:
        """Return one allow policy."""
        return self._one(policy_id)

    def create(
        self,
        *,
        pattern: str,
        pattern_type: str,
        is_regex: bool,
        is_acceptable_sender: bool,
        is_exempt_recipient: bool,
        is_trusted_sender: bool,
        verify_sender: bool,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> AllowPolicy:
        """Create an allow policy. `pattern_type` is a PatternType."""
        return self._create(
            given(
                pattern=pattern,
                pattern_type=pattern_type,
                is_regex=is_regex,
                is_acceptable_sender=is_acceptable_sender,
                is_exempt_recipient=is_exempt_recipient,
                is_trusted_sender=is_trusted_sender,
                verify_sender=verify_sender,
                comments=comments,
            )
        )

    def edit(
        self,
        policy_id: str,
        *,
        pattern: str | NotGiven = NOT_GIVEN,
        pattern_type: str | NotGiven = NOT_GIVEN,
        is_regex: bool | NotGiven = NOT_GIVEN,
        is_acceptable_sender: bool | NotGiven = NOT_GIVEN,
        is_exempt_recipient: bool | NotGiven = NOT_GIVEN,
        is_trusted_sender: bool | NotGiven = NOT_GIVEN,
        verify_sender: bool | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> AllowPolicy:
        """Change only the given fields."""
        fields = given(
            pattern=pattern,
            pattern_type=pattern_type,
            is_regex=is_regex,
            is_acceptable_sender=is_acceptable_sender,
            is_exempt_recipient=is_exempt_recipient,
            is_trusted_sender=is_trusted_sender,
            verify_sender=verify_sender,
            comments=comments,
        )
        return self._edit(policy_id, fields)

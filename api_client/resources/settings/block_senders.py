"""Operations on blocked senders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.models.settings import BlockedSender
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class BlockedSenderFilters(Listing, total=False):
    """Filters of the list. `order` is pattern or created_at."""

    pattern: str | None
    pattern_type: str | None


class BlockSendersResource(BatchedResource[BlockedSender]):
    """Senders whose mail is always Malicious."""

    name = "block_senders"
    model = BlockedSender

    def list(self, **filters: Unpack[BlockedSenderFilters]) -> NumberedPage[BlockedSender]:
        """Return one page of blocked senders."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[BlockedSenderFilters]) -> Iterator[BlockedSender]:
        """Yield every blocked sender."""
        return self._each(filters)

    def get(self, pattern_id: str) -> BlockedSender:
        """Return one blocked sender."""
        return self._one(pattern_id)

    def create(
        self, *, pattern: str, pattern_type: str, is_regex: bool, comments: str | NotGiven | None = NOT_GIVEN
    ) -> BlockedSender:
        """Block a sender. `pattern_type` is a PatternType."""
        return self._create(given(pattern=pattern, pattern_type=pattern_type, is_regex=is_regex, comments=comments))

    def edit(
        self,
        pattern_id: str,
        *,
        pattern: str | NotGiven = NOT_GIVEN,
        pattern_type: str | NotGiven = NOT_GIVEN,
        is_regex: bool | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> BlockedSender:
        """Change only the given fields."""
        fields = given(pattern=pattern, pattern_type=pattern_type, is_regex=is_regex, comments=comments)
        return self._edit(pattern_id, fields)

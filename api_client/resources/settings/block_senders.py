"""Blocked senders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.given import NOT_GIVEN, NotGiven, given
from api_client.models.settings import BlockedSender
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Listing


class BlockedSenderFilters(Listing, total=False):
    """What a list filters by; `order` is pattern or created_at."""

    pattern: str | None
    pattern_type: str | None


class BlockSendersResource(BatchedResource[BlockedSender]):
    """Senders whose mail is malicious, whatever else is known of it."""

    name = "block_senders"
    model = BlockedSender

    def list(self, **filters: Unpack[BlockedSenderFilters]) -> NumberedPage[BlockedSender]:
        """Give one page of blocked senders."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[BlockedSenderFilters]) -> Iterator[BlockedSender]:
        """Give every blocked sender, page after page."""
        return self._each(filters)

    def get(self, pattern_id: str) -> BlockedSender:
        """Give one blocked sender."""
        return self._one(pattern_id)

    def create(
        self, *, pattern: str, pattern_type: str, is_regex: bool, comments: str | NotGiven | None = NOT_GIVEN
    ) -> BlockedSender:
        """Block a sender; `pattern_type` is a PatternType."""
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
        """Set what is given, and nothing else."""
        fields = given(pattern=pattern, pattern_type=pattern_type, is_regex=is_regex, comments=comments)
        return self._edit(pattern_id, fields)

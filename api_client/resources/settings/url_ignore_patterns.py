"""URL ignore patterns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.given import NOT_GIVEN, NotGiven, given
from api_client.models.settings import UrlIgnorePattern
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Paging


class UrlIgnorePatternsResource(BatchedResource[UrlIgnorePattern]):
    """Links that are left alone."""

    name = "url_ignore_patterns"
    model = UrlIgnorePattern

    def list(self, **filters: Unpack[Paging]) -> NumberedPage[UrlIgnorePattern]:
        """Give one page of patterns."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[Paging]) -> Iterator[UrlIgnorePattern]:
        """Give every pattern, page after page."""
        return self._each(filters)

    def get(self, pattern_id: str) -> UrlIgnorePattern:
        """Give one pattern."""
        return self._one(pattern_id)

    def create(self, *, pattern: str, comments: str | NotGiven | None = NOT_GIVEN) -> UrlIgnorePattern:
        """Leave links alone that the regular expression matches."""
        return self._create(given(pattern=pattern, comments=comments))

    def edit(
        self,
        pattern_id: str,
        *,
        pattern: str | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> UrlIgnorePattern:
        """Set what is given, and nothing else."""
        return self._edit(pattern_id, given(pattern=pattern, comments=comments))

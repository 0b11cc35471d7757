"""Operations on URL ignore patterns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from api_client.models.settings import UrlIgnorePattern
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import BatchedResource, Paging


class UrlIgnorePatternsResource(BatchedResource[UrlIgnorePattern]):
    """Regular expressions for URLs that are not scanned or rewritten."""

    name = "url_ignore_patterns"
    model = UrlIgnorePattern

    def list(self, **filters: Unpack[Paging]) -> NumberedPage[UrlIgnorePattern]:
        """Return one page of patterns."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[Paging]) -> Iterator[UrlIgnorePattern]:
        """Yield every pattern."""
        return self._each(filters)

    def get(self, pattern_id: str) -> UrlIgnorePattern:
        """Return one pattern."""
        return self._one(pattern_id)

    def create(self, *, pattern: str, comments: str | NotGiven | None = NOT_GIVEN) -> UrlIgnorePattern:
        """Create a pattern: URLs that the regular expression matches are ignored."""
        return self._create(given(pattern=pattern, comments=comments))

    def edit(
        self,
        pattern_id: str,
        *,
        pattern: str | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> UrlIgnorePattern:
        """Change only the given fields."""
        return self._edit(pattern_id, given(pattern=pattern, comments=comments))

"""Models of content policies, sending domain restrictions (TLS) and URL ignore patterns."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import NOVEMBER_2026, Ended, UtcDatetime, WireModel


class ContentPolicy(WireModel):
    """A regular expression for subject or body; `targets` holds ContentTarget or newer values."""

    id: str | None = None
    created_at: UtcDatetime | None = None
    enabled: bool | None = None
    modified_at: UtcDatetime | None = None
    name: str | None = None
    notes: str | None = None
    pattern: str | None = None
    targets: list[str] | None = None


class SendingDomainRestriction(WireModel):
    """A sending domain that requires TLS; `exclude` are subdomains that don't."""

    id: str | None = None
    comments: str | None = None
    created_at: UtcDatetime | None = None
    domain: str | None = None
    exclude: list[str] | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None


class UrlIgnorePattern(WireModel):
    """A regular expression for URLs that are left alone."""

    id: str
    created_at: UtcDatetime
    pattern: str
    comments: str | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None

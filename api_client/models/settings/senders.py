"""Models of the settings that match senders by a pattern: allow policies, blocked senders, trusted domains."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import JULY_2026, NOVEMBER_2026, Ended, UtcDatetime, WireModel


class AllowPolicy(WireModel):
    """A sender or recipient that is exempt from detections; `pattern_type` is a PatternType or a newer value.

    `is_recipient`, `is_sender`, `is_spoof` and `last_modified` are the deprecated names of `is_exempt_recipient`,
    `is_trusted_sender`, `is_acceptable_sender` and `modified_at`.
    """

    id: str
    created_at: UtcDatetime
    comments: str | None = None
    is_acceptable_sender: bool | None = None
    is_exempt_recipient: bool | None = None
    is_recipient: Annotated[bool | None, Ended(JULY_2026, "is_exempt_recipient")] = None
    is_regex: bool | None = None
    is_sender: Annotated[bool | None, Ended(JULY_2026, "is_trusted_sender")] = None
    is_spoof: Annotated[bool | None, Ended(JULY_2026, "is_acceptable_sender")] = None
    is_trusted_sender: bool | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None
    pattern: str | None = None
    pattern_type: str | None = None
    verify_sender: bool | None = None


class BlockedSender(WireModel):
    """A sender whose mail is malicious; `pattern_type` is a PatternType or a newer value."""

    id: str | None = None
    comments: str | None = None
    created_at: UtcDatetime | None = None
    is_regex: bool | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None
    pattern: str | None = None
    pattern_type: str | None = None


class TrustedDomain(WireModel):
    """A domain that may look like one of ours (`is_similarity`), or be newly registered (`is_recent`)."""

    id: str | None = None
    comments: str | None = None
    created_at: UtcDatetime | None = None
    is_recent: bool | None = None
    is_regex: bool | None = None
    is_similarity: bool | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    modified_at: UtcDatetime | None = None
    pattern: str | None = None

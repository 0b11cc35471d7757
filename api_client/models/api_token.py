"""Tokens of a Gatehouse gateway: an extension that Cloudflare's API doesn't have."""

from __future__ import annotations

from enum import StrEnum

from api_client.models.base import UtcDatetime, WireModel


class TokenRight(StrEnum):
    """What a token may be used for. A purge needs `move` as well, a bulk job also what it does."""

    SEARCH = "search"
    CONTENT = "content"
    MOVE = "move"
    PURGE = "purge"
    RELEASE = "release"
    RECLASSIFY = "reclassify"
    POLICIES = "policies"
    SUBMISSIONS = "submissions"
    BULK = "bulk"
    HOLDS = "holds"


class ApiToken(WireModel):
    """A token as it is listed, without its secret.

    `state` is active, expired or revoked. `networks` are in CIDR, empty for all. Until `previous_until`, the secret
    before the last rotation is valid too. `last_used_…` are exact to a minute.
    """

    id: str
    name: str
    scope: str
    rights: list[str]
    networks: list[str]
    state: str
    is_console: bool
    needs_approval: bool
    created_at: UtcDatetime
    created_by: str
    expires_at: UtcDatetime | None = None
    rotated_at: UtcDatetime | None = None
    previous_until: UtcDatetime | None = None
    revoked_at: UtcDatetime | None = None
    last_used_at: UtcDatetime | None = None
    last_used_address: str = ""
    last_used_program: str = ""


class ApiTokenSecret(WireModel):
    """A token with its secret, which is told once."""

    token: ApiToken
    secret: str

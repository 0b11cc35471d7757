"""Tokens of a Gatehouse gateway, which only the token of its own console may manage."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from pydantic import TypeAdapter

from api_client.models import ApiToken, ApiTokenSecret
from api_client.resources.base import Resource

TOKENS = TypeAdapter(list[ApiToken])
TOKEN = TypeAdapter(ApiToken)
SECRET = TypeAdapter(ApiTokenSecret)
_PATH = "gatehouse/tokens"


class Tokens(Resource):
    """Tokens, an extension of Gatehouse's gateway. Other servers answer with NotFound."""

    def list(self) -> builtins.list[ApiToken]:
        """Return all tokens by name: active, expired and revoked ones."""
        return self._read(TOKENS, self._get(_PATH))

    def get(self, token_id: str) -> ApiToken:
        """Return one token."""
        return self._read(TOKEN, self._get(_one(token_id)))

    def create(
        self,
        *,
        name: str,
        scope: str,
        rights: Sequence[str] | None = None,
        networks: Sequence[str] = (),
        expires_at: datetime | None = None,
        created_by: str = "",
    ) -> ApiTokenSecret:
        """Create a token. Without `rights` it has all of its scope."""
        body = {
            "name": name,
            "scope": scope,
            "rights": None if rights is None else [*rights],
            "networks": [*networks],
            "expires_at": expires_at.isoformat() if expires_at else None,
            "created_by": created_by,
        }
        return self._read(SECRET, self._send("POST", _PATH, json=body, write=True))

    def narrow(
        self,
        token_id: str,
        *,
        scope: str | None = None,
        rights: Sequence[str] | None = None,
        networks: Sequence[str] | None = None,
        expires_at: datetime | None = None,
    ) -> ApiToken:
        """Take scope, rights, addresses or time from a token. What is None stays as it is."""
        body = {
            "scope": scope,
            "rights": None if rights is None else [*rights],
            "networks": None if networks is None else [*networks],
            "expires_at": expires_at.isoformat() if expires_at else None,
        }
        return self._read(TOKEN, self._send("PATCH", _one(token_id), json=body, write=True))

    def rotate(self, token_id: str, *, grace_hours: int = 24, by: str = "") -> ApiTokenSecret:
        """Give a token a new secret, which `by` gets to know. The old one stays valid for so many hours, 0 for none."""
        body = {"grace_hours": grace_hours, "rotated_by": by}
        return self._read(SECRET, self._send("POST", f"{_one(token_id)}/rotate", json=body, write=True))

    def revoke(self, token_id: str) -> ApiToken:
        """End a token at once, and cancel the bulk jobs that it started."""
        return self._read(TOKEN, self._send("POST", f"{_one(token_id)}/revoke", json={}, write=True))


def _one(token_id: str) -> str:
    return f"{_PATH}/{quote(token_id, safe='')}"

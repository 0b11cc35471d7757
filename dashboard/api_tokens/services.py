"""Make, narrow, rotate and revoke tokens over the API. Each is on record before it is sent, with its result after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from api_client import ApiError
from api_client.models import ApiToken, ApiTokenSecret
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.detail import changes_of
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


def token_make(
    *,
    name: str,
    scope: str,
    rights: Sequence[str],
    networks: Sequence[str],
    expires_at: datetime | None,
    actor: Actor,
) -> ApiTokenSecret:
    """Make a token and return it with its secret, which is kept nowhere. Raise ApiError if the API refuses."""
    asked = _facts(scope, rights, networks, expires_at)
    with _recorded(actor, AuditAction.TOKEN_CREATE, name, {"after": asked}):
        return api_client_for_console().tokens.create(
            name=name, scope=scope, rights=rights, networks=networks, expires_at=expires_at, created_by=actor.username
        )


def token_narrow(
    *,
    token: ApiToken,
    scope: str,
    rights: Sequence[str],
    networks: Sequence[str],
    expires_at: datetime | None,
    actor: Actor,
) -> ApiToken:
    """Take from a token what is not kept. Raise ApiError if the API refuses, as it does what would widen it."""
    before = _facts(token.scope, token.rights, token.networks, token.expires_at)
    after = _facts(scope, rights, networks, expires_at or token.expires_at)
    with _recorded(actor, AuditAction.TOKEN_NARROW, token.name, changes_of(before, after)):
        return api_client_for_console().tokens.narrow(
            token.id,
            scope=scope,
            rights=rights,
            networks=networks if networks != token.networks else None,
            expires_at=expires_at,
        )


def token_rotate(*, token: ApiToken, grace_hours: int, actor: Actor) -> ApiTokenSecret:
    """Have a new secret made and return it; empty for the console's own, which lies in a file."""
    with _recorded(actor, AuditAction.TOKEN_ROTATE, token.name, {"grace_hours": grace_hours}):
        return api_client_for_console().tokens.rotate(token.id, grace_hours=grace_hours, by=actor.username)


def token_revoke(*, token: ApiToken, actor: Actor) -> None:
    """End a token at once."""
    with _recorded(actor, AuditAction.TOKEN_REVOKE, token.name, {}):
        api_client_for_console().tokens.revoke(token.id)


def _facts(scope: str, rights: Sequence[str], networks: Sequence[str], expires_at: datetime | None) -> dict[str, Any]:
    return {
        "scope": scope,
        "rights": list(rights),
        "networks": list(networks),
        "expires_at": expires_at.isoformat() if expires_at else "",
    }


@contextmanager
def _recorded(actor: Actor, action: AuditAction, name: str, detail: dict[str, Any]) -> Iterator[None]:
    entry = record(
        actor=actor, action=action, outcome=Outcome.ATTEMPTED, object_kind="token", object_id=name, detail=detail
    )
    try:
        yield
    except ApiError as error:
        close(entry, Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED, detail={"error": error.reason})
        raise
    close(entry, Outcome.DONE)

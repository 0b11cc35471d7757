"""Records in the audit trail what API tokens do. The setting GATEWAY_TRAIL names `ApiTrail` to the gateway."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM, Actor, client_address, user_agent_of
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record, record_look

_CHANGES = {
    "make": AuditAction.TOKEN_CREATE,
    "narrow": AuditAction.TOKEN_NARROW,
    "rotate": AuditAction.TOKEN_ROTATE,
    "revoke": AuditAction.TOKEN_REVOKE,
}
_REQUESTS = {
    "waiting": (AuditAction.API_REQUEST_WAIT, Outcome.WAITING),
    "expired": (AuditAction.API_REQUEST_EXPIRE, Outcome.DONE),
    "withdrawn": (AuditAction.API_REQUEST_WITHDRAW, Outcome.DONE),
    "done": (AuditAction.API_REQUEST_FINISH, Outcome.DONE),
}
TOKEN_ROLE = "token"  # noqa: S105 - a role in the trail, not a secret


class ApiTrail:
    """The methods that the gateway calls: see `Trail` in its documentation, decision 12."""

    def write_begins(
        self, request: HttpRequest, *, token: str, operation: str, object_id: str, detail: Mapping[str, Any]
    ) -> AuditEntry:
        """Record a write as attempted. If the process dies before its result, it stays so."""
        return record(
            actor=_actor(request, token),
            action=AuditAction.API_WRITE,
            object_kind="message" if "/investigate/" in request.path and "/bulk" not in request.path else "api",
            object_id=object_id,
            outcome=Outcome.ATTEMPTED,
            detail={"operation": operation, **({"after": detail} if detail else {})},
        )

    def write_ended(self, handle: AuditEntry, *, status: int, waits_as: str = "") -> None:
        """Record the result: an answer of 5xx leaves open whether the write happened."""
        outcome = Outcome.WAITING if waits_as else _outcome(status)
        close(handle, outcome, detail={"status": status, **({"request": waits_as} if waits_as else {})})

    def request_changed(
        self, *, token: str, operation: str, request_id: str, state: str, detail: Mapping[str, Any]
    ) -> None:
        """Record how a request of a token went on without a person. Expiry is the console's own doing."""
        action, outcome = _REQUESTS[state]
        record(
            actor=SYSTEM if state == "expired" else _token(token),
            action=action,
            object_kind="api_request",
            object_id=request_id,
            outcome=outcome,
            detail={"token": token, "operation": operation, **detail},
        )

    def looked(
        self, request: HttpRequest, *, token: str, operation: str, object_id: str, status: int, is_search: bool
    ) -> None:
        """Record a look at a message, or a search with its query."""
        query = request.META.get("QUERY_STRING", "")
        detail: dict[str, Any] = {"operation": operation}
        if is_search:
            object_id = hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:16]
            detail["query"] = query
        record_look(
            actor=_actor(request, token),
            action=AuditAction.API_SEARCH if is_search else AuditAction.API_LOOK,
            object_kind="search" if is_search else "message",
            object_id=object_id,
            outcome=_outcome(status),
            detail=detail,
        )

    def refused(self, request: HttpRequest, *, token: str, operation: str, status: int) -> None:
        """Record a refusal. The same one within LOOK_WINDOW is one entry, so that nobody can fill the trail."""
        record_look(
            actor=_actor(request, token),
            action=AuditAction.API_REFUSED,
            object_kind="api",
            object_id=operation,
            outcome=Outcome.REFUSED,
            detail={"status": status},
        )

    def token_changed(self, *, change: str, token: str, operator: str, detail: Mapping[str, Any]) -> None:
        """Record what an operator did to a token by command. They are the console itself, named in the detail."""
        record(
            actor=SYSTEM,
            action=_CHANGES[change],
            object_kind="token",
            object_id=token,
            outcome=Outcome.DONE,
            detail={"by": operator, **({"after": dict(detail)} if detail else {})},
        )


def _actor(request: HttpRequest, token: str) -> Actor:
    """Return a token as the actor. A colon is in no person's name, so no token can pass for a person."""
    return Actor(
        user_id=None,
        username=f"token:{token}" if token else "",
        role=TOKEN_ROLE if token else "",
        ip=client_address(request),
        user_agent=user_agent_of(request),
    )


def _token(name: str) -> Actor:
    """Return a token as the actor of what is done for it later, by the worker."""
    return Actor(user_id=None, username=f"token:{name}", role=TOKEN_ROLE, ip=None)


def _outcome(status: int) -> Outcome:
    if status >= 500:
        return Outcome.UNKNOWN
    if status in {401, 403}:
        return Outcome.REFUSED
    return Outcome.FAILED if status >= 400 else Outcome.DONE

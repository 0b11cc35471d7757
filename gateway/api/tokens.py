"""Authentication and authorization of API calls by tokens: who calls, from where, and with which rights."""

import secrets

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from gateway.api.callers import address_of, is_in_process
from gateway.api.problems import AUTHENTICATION, SCOPE, Problem, not_found
from gateway.models import Token
from gateway.tokens.limits import is_within
from gateway.tokens.secret import digest, is_mistyped
from gateway.tokens.services import token_ensure

__all__ = ["DATABASE", "authenticate", "authorize", "check_usable", "require_right", "token_ensure"]

DATABASE = "gateway"


def authenticate(request: HttpRequest) -> Token:
    """Return the caller's token, from `Authorization: Bearer` or from X-Auth-Email with X-Auth-Key.

    It may be over or not allowed from here: see `check_usable`.

    :raises Problem: 401 if credentials are missing or not valid.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    email = ""
    if scheme.lower() == "bearer" and bearer.strip():
        secret = bearer.strip()
    else:
        secret, email = request.headers.get("X-Auth-Key", ""), request.headers.get("X-Auth-Email", "")
        if not (secret and email):
            raise _unauthorized("no credentials were sent")
    if is_mistyped(secret):
        raise _unauthorized("the token is cut short or mistyped")
    hashed = digest(secret)
    still_granted = Q(previous_sha256=hashed, previous_until__gt=timezone.now())
    token = Token.objects.using(DATABASE).filter(Q(sha256=hashed) | still_granted).first()
    if token is None or (email and token.email.casefold() != email.casefold()):
        raise _unauthorized("the credentials are not valid")
    return token


def _unauthorized(why: str) -> Problem:
    return Problem(
        401, AUTHENTICATION, f"Authentication error: {why}", headers={"WWW-Authenticate": 'Bearer realm="gatehouse"'}
    )


def check_usable(token: Token, request: HttpRequest) -> None:
    """Check that the token is neither revoked nor expired, and may be used from where the caller is.

    Whoever learns it has shown the secret already. The console's own token is for the console in this process alone:
    under no rule of approval, and with the right to manage tokens, it would be worth the most to a thief.

    :raises Problem: 401 for a token that is over, 403 for an address beyond its networks, or the console's over HTTP.
    """
    state = token.state(timezone.now())
    if state != "active":
        raise _unauthorized("the token was revoked" if state == "revoked" else "the token has expired")
    if is_in_process(request):
        return
    if token.is_console:
        raise Problem(403, SCOPE, "The console's own token is not for HTTP; make another by manage.py token or in Team")
    if token.networks:
        address = address_of(request)
        if not is_within(address, token.networks):
            raise Problem(403, SCOPE, f"Cannot use the access token from location: {address or 'unknown'}")


def authorize(token: Token, *, account_id: str, scope: Token.Scope, right: Token.Right) -> None:
    """Check that `token` may act on `account_id` in `scope` by `right`.

    :raises Problem: 404 for another account, so that its existence is not disclosed; 403 for a missing scope or right.
    """
    if not secrets.compare_digest(token.account_id.encode(), account_id.encode("utf-8", "surrogatepass")):
        raise not_found("account")
    if scope == Token.Scope.WRITE and token.scope != Token.Scope.WRITE:
        raise Problem(403, SCOPE, "The token has the scope Read; this operation needs Write")
    require_right(token, right)


def require_right(token: Token, right: Token.Right) -> None:
    """Check that `token` has the right.

    :raises Problem: 403 if it has not.
    """
    if right not in token.rights:
        raise Problem(403, SCOPE, f"The token does not have the right {right.value}, which this needs")

"""Authentication and authorization of API calls by tokens. A token is stored as a hash, with an account and a scope."""

import hashlib
import secrets

from django.http import HttpRequest

from gateway.api.problems import AUTHENTICATION, SCOPE, Problem, not_found
from gateway.models import Token

DATABASE = "gateway"


def digest(secret: str) -> str:
    """Return the SHA-256 that is stored of a token. Tokens are long and random, so a plain hash can't be reversed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def token_ensure(
    *, account_id: str, name: str, scope: Token.Scope, secret: str | None = None, email: str = ""
) -> tuple[Token, str]:
    """Create or replace the token `name` and return it with its secret. The secret can't be read again later."""
    secret = secret or secrets.token_urlsafe(32)
    token, _ = Token.objects.using(DATABASE).update_or_create(
        account_id=account_id,
        name=name,
        defaults={"sha256": digest(secret), "scope": scope, "email": email, "revoked_at": None},
    )
    return token, secret


def authenticate(request: HttpRequest) -> Token:
    """Return the caller's token, from `Authorization: Bearer` or from X-Auth-Email with X-Auth-Key.

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
    token = Token.objects.using(DATABASE).filter(sha256=digest(secret), revoked_at__isnull=True).first()
    if token is None or (email and token.email.casefold() != email.casefold()):
        raise _unauthorized("the credentials are not valid")
    return token


def _unauthorized(why: str) -> Problem:
    return Problem(
        401, AUTHENTICATION, f"Authentication error: {why}", headers={"WWW-Authenticate": 'Bearer realm="gatehouse"'}
    )


def authorize(token: Token, *, account_id: str, scope: Token.Scope) -> None:
    """Check that `token` may act on `account_id` in `scope`.

    :raises Problem: 404 for another account, so that its existence is not disclosed; 403 for a missing scope.
    """
    if not secrets.compare_digest(token.account_id.encode(), account_id.encode("utf-8", "surrogatepass")):
        raise not_found("account")
    if scope == Token.Scope.WRITE and token.scope != Token.Scope.WRITE:
        raise Problem(403, SCOPE, "The token has the scope Read; this operation needs Write")

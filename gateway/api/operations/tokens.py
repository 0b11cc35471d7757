"""Operations on tokens: an extension of this gateway, for its own console alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

from django.http import HttpResponse
from django.utils import timezone

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.problems import BAD_BODY, CONFLICT, Problem, not_found
from gateway.api.registry import Call, operation
from gateway.api.token_bodies import CreateToken, NarrowToken, RotateToken
from gateway.bulk.services import bulk_jobs_cancel_of
from gateway.models import Token
from gateway.tokens.limits import Invalid
from gateway.tokens.services import Refused, token_create, token_narrow, token_revoke, token_rotate

DATABASE = "gateway"
READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/gatehouse/tokens"
_ONE = f"{_PATH}/{{token_id}}"


@operation("gatehouse_list_tokens", "GET", _PATH, scope=READ, right=Token.Right.TOKENS, result=list[contract.ApiToken])
def list_tokens(call: Call) -> HttpResponse:
    """Return the account's tokens by name, those that are over included. For the console's own token alone."""
    rows = Token.objects.using(DATABASE).filter(account_id=call.account_id).order_by("name")
    return answer([_shown(row) for row in rows])


@operation("gatehouse_get_token", "GET", _ONE, scope=READ, right=Token.Right.TOKENS, result=contract.ApiToken)
def get_token(call: Call) -> HttpResponse:
    """Return one token."""
    return answer(_shown(_row(call)))


@operation(
    "gatehouse_create_token",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.TOKENS,
    body=CreateToken,
    result=contract.ApiTokenSecret,
    status=201,
)
def create_token(call: Call) -> HttpResponse:
    """Create a token, and tell its secret once."""
    body = cast(CreateToken, call.body)
    with _refusals():
        made, secret = token_create(
            account_id=call.account_id,
            name=body.name,
            scope=body.scope,
            rights=body.rights,
            networks=body.networks,
            expires_at=body.expires_at,
            created_by=body.created_by or f"token:{call.token.name}",
        )
    return answer(contract.ApiTokenSecret(token=_shown(made), secret=secret), status=201)


@operation(
    "gatehouse_narrow_token",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.TOKENS,
    body=NarrowToken,
    result=contract.ApiToken,
)
def narrow_token(call: Call) -> HttpResponse:
    """Take scope, rights, addresses or time from a token. It is never widened."""
    body = cast(NarrowToken, call.body)
    with _refusals():
        return answer(
            _shown(
                token_narrow(
                    _row(call),
                    scope=body.scope,
                    rights=body.rights,
                    networks=body.networks,
                    expires_at=body.expires_at,
                )
            )
        )


@operation(
    "gatehouse_rotate_token",
    "POST",
    f"{_ONE}/rotate",
    scope=WRITE,
    right=Token.Right.TOKENS,
    body=RotateToken,
    result=contract.ApiTokenSecret,
)
def rotate_token(call: Call) -> HttpResponse:
    """Give a token a new secret, told once. The old one stays valid for 24 hours unless told otherwise.

    That of the console is written to its file and told to nobody.
    """
    body = cast(RotateToken, call.body)
    by = body.rotated_by or f"token:{call.token.name}"
    with _refusals():
        row, secret = token_rotate(_row(call), grace=timedelta(hours=body.grace_hours), rotated_by=by)
    return answer(contract.ApiTokenSecret(token=_shown(row), secret="" if row.is_console else secret))


@operation(
    "gatehouse_revoke_token",
    "POST",
    f"{_ONE}/revoke",
    scope=WRITE,
    right=Token.Right.TOKENS,
    result=contract.ApiToken,
)
def revoke_token(call: Call) -> HttpResponse:
    """End a token at once, and cancel the bulk jobs that it started. It stays in the list."""
    with _refusals():
        row = token_revoke(_row(call))
    bulk_jobs_cancel_of(account_id=row.account_id, requested_by=row.name)
    return answer(_shown(row))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Invalid as invalid:
        raise Problem(400, BAD_BODY, str(invalid), f"/{invalid.field}") from None
    except Refused as refused:
        raise Problem(409, CONFLICT, str(refused)) from None


def _row(call: Call) -> Token:
    name = call.path["token_id"]
    found = None
    if name.isascii() and name.isdecimal() and len(name) < 19:
        found = Token.objects.using(DATABASE).filter(pk=int(name), account_id=call.account_id).first()
    if found is None:
        raise not_found("token")
    return found


def _shown(row: Token) -> contract.ApiToken:
    return contract.ApiToken(
        id=str(row.pk),
        name=row.name,
        scope=row.scope,
        rights=row.rights,
        networks=row.networks,
        state=row.state(timezone.now()),
        is_console=row.is_console,
        needs_approval=row.needs_approval,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        rotated_at=row.rotated_at,
        previous_until=row.previous_until,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        last_used_address=row.last_used_address,
        last_used_program=row.last_used_program,
    )

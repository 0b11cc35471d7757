"""Make, narrow, rotate and revoke tokens."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.models import Token
from gateway.tokens.key_files import RUN, forget_key, key_file, write_key
from gateway.tokens.limits import (
    CONSOLE_RIGHTS,
    Invalid,
    checked_expiry,
    checked_name,
    checked_networks,
    checked_rights,
    is_subset,
    rights_of_scope,
)
from gateway.tokens.secret import digest, new_secret

DATABASE = "gateway"
GRACE = timedelta(hours=24)
LONGEST_GRACE = timedelta(days=30)
TOKENS_AT_MOST = 1000


class Refused(Exception):
    """The token is in a state that does not allow this; the text says why."""


def token_create(
    *,
    account_id: str,
    name: str,
    scope: str,
    rights: Iterable[str] | None = None,
    networks: Iterable[str] = (),
    expires_at: datetime | None = None,
    email: str = "",
    needs_approval: bool = True,
    created_by: str,
) -> tuple[Token, str]:
    """Create a token and return it with its secret, which can't be read again. All rights of the scope by default.

    Raise Invalid for values that make no sense, and for a name that was used before.
    """
    secret = new_secret()
    token = Token(
        account_id=account_id,
        name=checked_name(name),
        email=email,
        sha256=digest(secret),
        scope=Token.Scope(scope),
        rights=checked_rights(rights_of_scope(scope) if rights is None else rights, scope),
        networks=checked_networks(networks),
        expires_at=checked_expiry(expires_at, timezone.now()),
        needs_approval=needs_approval,
        created_by=created_by[:150],
        known_to=[created_by[:150]],
    )
    if Token.objects.using(DATABASE).filter(account_id=account_id).count() >= TOKENS_AT_MOST:
        raise Invalid("name", f"There are {TOKENS_AT_MOST} tokens already")
    try:
        with transaction.atomic(using=DATABASE):
            token.save(using=DATABASE, force_insert=True)
    except IntegrityError:
        raise Invalid("name", "A token had this name before, and the audit trail names it; take another") from None
    return token, secret


def token_ensure(
    *,
    account_id: str,
    name: str,
    scope: Token.Scope,
    secret: str | None = None,
    email: str = "",
    is_console: bool = False,
    needs_approval: bool = True,
) -> tuple[Token, str]:
    """Create or replace the token `name`, with all rights, and return it with its secret.

    The secret that it had before is not valid any more, except where a rotation still grants it.
    """
    secret = secret or new_secret()
    rights = rights_of_scope(scope)
    token, _ = Token.objects.using(DATABASE).update_or_create(
        account_id=account_id,
        name=name,
        defaults={
            "sha256": digest(secret),
            "scope": scope,
            "rights": [*rights, *(right.value for right in CONSOLE_RIGHTS)] if is_console else rights,
            "email": email,
            "is_console": is_console,
            "needs_approval": needs_approval,
            "revoked_at": None,
        },
    )
    return token, secret


def token_narrow(
    token: Token,
    *,
    scope: str | None = None,
    rights: Iterable[str] | None = None,
    networks: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> Token:
    """Take rights, addresses or time from a token, at once. What is None stays as it is.

    Raise Invalid for what would give the token more than it has, and Refused for the console's and for revoked ones.
    """
    with transaction.atomic(using=DATABASE):
        row = _locked(token)
        if row.is_console:
            raise Refused("The console needs all that its token may do")
        if scope is not None and scope != row.scope:
            if scope != Token.Scope.READ:
                raise Invalid("scope", "A token is never widened; make another one")
            row.scope = Token.Scope.READ
        kept = [right for right in row.rights if right in rights_of_scope(row.scope)]
        row.rights = checked_rights(kept if rights is None else rights, row.scope)
        if not set(row.rights) <= set(kept):
            raise Invalid("rights", "A token is never widened; make another one")
        if networks is not None:
            asked = checked_networks(networks)
            if not is_subset(asked, row.networks):
                raise Invalid("networks", "A token is never widened: these addresses are beyond those that it has")
            row.networks = asked
        if expires_at is not None:
            if row.expires_at is not None and expires_at > row.expires_at:
                raise Invalid("expires_at", "A token is never widened: it expires earlier")
            row.expires_at = checked_expiry(expires_at, timezone.now())
        row.save(using=DATABASE, update_fields=["scope", "rights", "networks", "expires_at"])
    return row


def token_rotate(token: Token, *, grace: timedelta = GRACE, rotated_by: str = "") -> tuple[Token, str]:
    """Give the token a new secret, valid at once, and return both. The old one stays valid for `grace`, 0 for none.

    What an earlier rotation still granted ends. The file in `keys/` is written first: if the process dies in between,
    the old secret is still valid, and the next start takes the new one from the file.
    """
    if not timedelta(0) <= grace <= LONGEST_GRACE:
        raise Invalid("grace_hours", f"The old secret stays valid for 0 to {LONGEST_GRACE.days * 24} hours")
    secret, now = new_secret(), timezone.now()
    with transaction.atomic(using=DATABASE):
        row = _locked(token)
        if row.is_console and not grace:
            raise Refused("The console's processes need the old secret until they have read the new one")
        write_key(row.name, secret)
        row.previous_sha256 = row.sha256 if grace else ""
        row.previous_until = now + grace if grace else None
        row.sha256, row.rotated_at = digest(secret), now
        row.known_to = list(dict.fromkeys([*row.known_to, *filter(None, [rotated_by[:150]])]))
        fields = ["sha256", "previous_sha256", "previous_until", "rotated_at", "known_to"]
        row.save(using=DATABASE, update_fields=fields)
    return row, secret


def token_revoke(token: Token) -> Token:
    """End a token at once, with the secret that a rotation still granted. It stays in the list. Idempotent.

    Raise Refused for the console's own.
    """
    with transaction.atomic(using=DATABASE):
        row = Token.objects.using(DATABASE).select_for_update().get(pk=token.pk)
        if row.is_console:
            raise Refused("Without its token the console can do nothing; rotate it instead")
        if row.revoked_at is None:
            row.revoked_at, row.previous_sha256, row.previous_until = timezone.now(), "", None
            row.save(using=DATABASE, update_fields=["revoked_at", "previous_sha256", "previous_until"])
    forget_key(row.name)
    return row


def run_token_ensure(*, account_id: str) -> None:
    """Create the token of run.json on the first start. If somebody revoked it, it stays so."""
    if Token.objects.using(DATABASE).filter(account_id=account_id, name=RUN).exists():
        return
    path = key_file(RUN)
    secret = path.read_text().strip() if path is not None and path.exists() else new_secret()
    # The file is first: a row without it would be a token that nobody knows, and that is never made again.
    write_key(RUN, secret)
    Token.objects.using(DATABASE).create(
        account_id=account_id,
        name=RUN,
        sha256=digest(secret),
        scope=Token.Scope.WRITE,
        rights=rights_of_scope(Token.Scope.WRITE),
        created_by="the first start",
    )


def _locked(token: Token) -> Token:
    """Return the token's row, locked until the transaction ends. Raise Refused if it was revoked."""
    row = Token.objects.using(DATABASE).select_for_update().get(pk=token.pk)
    if row.revoked_at is not None:
        raise Refused("The token was revoked")
    return row

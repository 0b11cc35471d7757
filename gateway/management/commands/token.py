"""`manage.py token`: make, list, show, narrow, rotate and revoke API tokens."""

import getpass
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.api.trail import token_changed
from gateway.bulk.services import bulk_jobs_cancel_of
from gateway.management.token_arguments import add_arguments, as_data, as_row, as_text
from gateway.models import Token
from gateway.tokens.key_files import RUN, key_file
from gateway.tokens.limits import Invalid
from gateway.tokens.services import Refused, token_create, token_narrow, token_revoke, token_rotate

DATABASE = "gateway"


class Command(BaseCommand):
    """Manage API tokens. Exit status 1 and a reason on standard error if something was refused, 2 for bad arguments."""

    help = "Make, list, show, narrow, rotate and revoke the API tokens of the embedded gateway."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a subcommand and its arguments."""
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Carry out the subcommand."""
        if not settings.GATEWAY_EMBEDDED:
            raise CommandError("There is no embedded gateway: tokens are made where the API is.")
        try:
            getattr(self, f"_{options['command']}")(options)
        except (Invalid, Refused) as refused:
            raise CommandError(f"{refused}.") from None

    def _make(self, options: dict[str, Any]) -> None:
        token, secret = token_create(
            account_id=settings.GATEWAY_ACCOUNT_ID,
            name=options["name"],
            scope=options["scope"],
            rights=options["rights"],
            networks=options["networks"] or (),
            expires_at=options["expires"],
            email=options["email"],
            needs_approval=not options["no_approval"],
            created_by=_operator(),
        )
        self._record("make", token, as_data(token))
        self._tell_secret(token, secret, options)

    def _list(self, options: dict[str, Any]) -> None:
        tokens = Token.objects.using(DATABASE).filter(account_id=settings.GATEWAY_ACCOUNT_ID).order_by("name")
        if options["as_json"]:
            self.stdout.write(json.dumps([as_data(token) for token in tokens], indent=2))
            return
        for token in tokens:
            self.stdout.write(as_row(token))

    def _show(self, options: dict[str, Any]) -> None:
        self._tell(_named(options["name"]), options)

    def _narrow(self, options: dict[str, Any]) -> None:
        asked = {"scope": options["scope"], "rights": options["rights"], "networks": options["networks"]}
        token = token_narrow(_named(options["name"]), **asked, expires_at=options["expires"])
        self._record("narrow", token, as_data(token))
        self._tell(token, options)

    def _rotate(self, options: dict[str, Any]) -> None:
        token, secret = token_rotate(_named(options["name"]), grace=options["grace"], rotated_by=_operator())
        until = token.previous_until.isoformat() if token.previous_until else None
        self._record("rotate", token, {"previous_until": until})
        self._tell_secret(token, secret, options)

    def _revoke(self, options: dict[str, Any]) -> None:
        token = token_revoke(_named(options["name"]))
        cancelled = bulk_jobs_cancel_of(account_id=token.account_id, requested_by=token.name)
        self._record("revoke", token, {"bulk_jobs_cancelled": cancelled})
        self._tell(token, options)

    def _tell(self, token: Token, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(as_data(token), indent=2) if options["as_json"] else as_text(token))

    def _tell_secret(self, token: Token, secret: str, options: dict[str, Any]) -> None:
        """Print the secret alone on standard output, or in the JSON; all else for people goes to standard error."""
        if options["as_json"]:
            self.stdout.write(json.dumps(as_data(token) | {"secret": secret}, indent=2))
            return
        self.stderr.write(as_text(token))
        if path := key_file(token.name):
            self.stderr.write(f"The secret is in {path}{' and in run.json' * (token.name == RUN)}.")
        if token.is_console:
            return
        self.stderr.write("The secret is shown only now:")
        self.stdout.write(secret)

    def _record(self, change: str, token: Token, detail: dict[str, Any]) -> None:
        token_changed(change=change, token=token.name, operator=_operator(), detail=detail)


def _named(name: str) -> Token:
    token = Token.objects.using(DATABASE).filter(account_id=settings.GATEWAY_ACCOUNT_ID, name=name).first()
    if token is None:
        raise CommandError(f"There is no token {name}.")
    return token


def _operator() -> str:
    """Return who runs the command, as the system names them."""
    try:
        return f"{getpass.getuser()} on the command line"
    except (KeyError, OSError):
        return "an operator on the command line"

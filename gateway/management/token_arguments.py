"""The arguments of `manage.py token`, and how tokens are printed."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from gateway.models import Token
from gateway.tokens.limits import GIVEN_RIGHTS

_UNITS = {"h": 3600, "d": 86400, "w": 604800}


def add_arguments(parser: CommandParser) -> None:
    """Add the subcommands and their arguments."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    rights = ", ".join(GIVEN_RIGHTS)
    made = _command(commands, "make", "make a token and print its secret, once", name=True)
    made.add_argument("--scope", choices=Token.Scope.values, default="read", help="default: read")
    _narrowing(made, rights)
    made.add_argument("--email", default="", help="for X-Auth-Email with X-Auth-Key; the secret is the key")
    made.add_argument(
        "--no-approval", action="store_true", help="exempt it from GATEHOUSE_APPROVALS: it may purge without anybody"
    )
    _command(commands, "list", "list all tokens", name=False)
    _command(commands, "show", "show one token", name=True)
    narrowed = _command(commands, "narrow", "take rights, addresses or time from a token", name=True)
    narrowed.add_argument("--scope", choices=["read"], help="take the scope write")
    _narrowing(narrowed, rights)
    rotated = _command(commands, "rotate", "print a new secret; the old one stays valid for a while", name=True)
    rotated.add_argument("--grace", type=seconds, default="24h", metavar="TIME", help="default 24h; 0 ends it at once")
    _command(commands, "revoke", "end a token at once, and the bulk jobs that it started", name=True)


def _command(commands: Any, command: str, purpose: str, *, name: bool) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(command, help=purpose, description=purpose)
    if name:
        made.add_argument("name")
    made.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    return made


def _narrowing(parser: argparse.ArgumentParser, rights: str) -> None:
    parser.add_argument("--right", action="append", dest="rights", metavar="RIGHT", help=f"may repeat: {rights}")
    parser.add_argument(
        "--from", action="append", dest="networks", metavar="ADDRESS", help="address or CIDR; may repeat"
    )
    parser.add_argument("--expires", type=moment, metavar="TIME", help="30d, 12h, 4w, or 2027-01-31T12:00+01:00")


def seconds(text: str) -> timedelta:
    """Return 0, or a span such as 24h, 30d or 4w."""
    if text == "0":
        return timedelta(0)
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdecimal() and unit in _UNITS and len(number) <= 5):
        raise argparse.ArgumentTypeError(f"{text!r} is no span such as 24h, 30d or 4w")
    return timedelta(seconds=int(number) * _UNITS[unit])


def moment(text: str) -> datetime:
    """Return the time in so long from now, or the time in ISO 8601, in UTC without an offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return timezone.now() + seconds(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def as_data(token: Token) -> dict[str, Any]:
    """Return the token for JSON, without its secret."""
    times = ("created_at", "expires_at", "rotated_at", "previous_until", "revoked_at", "last_used_at")
    return {
        "name": token.name,
        "state": token.state(timezone.now()),
        "scope": token.scope,
        "rights": token.rights,
        "networks": token.networks,
        "email": token.email,
        "is_console": token.is_console,
        "needs_approval": token.needs_approval,
        "created_by": token.created_by,
        **{name: value.isoformat() if (value := getattr(token, name)) else None for name in times},
        "last_used_address": token.last_used_address,
        "last_used_program": token.last_used_program,
    }


def as_text(token: Token) -> str:
    """Return the token in lines for people."""
    facts = {
        "state": token.state(timezone.now()) + (", the console's own" if token.is_console else ""),
        "scope": token.scope,
        "rights": ", ".join(token.rights),
        "from": ", ".join(token.networks) or "anywhere",
        "expires": _time(token.expires_at) or "never",
        "approval": "as people" if token.needs_approval else "exempt",
        "made": " by ".join(filter(None, (_time(token.created_at), token.created_by))),
        "old secret": f"valid until {_time(token.previous_until)}" if token.previous_until else "",
        "last used": " ".join(
            filter(None, (_time(token.last_used_at), token.last_used_address, token.last_used_program))
        ),
    }
    return "\n".join([token.name, *(f"  {name:<11}{value}" for name, value in facts.items() if value)])


def as_row(token: Token) -> str:
    """Return the token as one line of the list."""
    used = _time(token.last_used_at) or "never used"
    return f"{token.name:<24} {token.state(timezone.now()):<8} {token.scope:<6} {used:<17} {', '.join(token.rights)}"


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") if at else ""

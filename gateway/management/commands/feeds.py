"""`manage.py feeds`: loads, lists and removes lists of harmful hosts, addresses and hashes, and looks values up."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from gateway.feeds.loading import Refused, delete, load, loadings
from gateway.feeds.reading import entry
from gateway.models import FeedEntry

DATABASE = "gateway"


class Command(BaseCommand):
    """Exit status 1 and a reason on standard error if something was refused."""

    help = (
        "Feeds are files with a host, web or mail address, or hash (MD5, SHA-1, SHA-256) on each line; CSV is read "
        "by its first column, # begins a comment. Mail that arrives and has one of them is MALICIOUS; mail of the last "
        "days is judged again by the worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a subcommand and its arguments."""
        commands = parser.add_subparsers(dest="command", required=True)
        loading = commands.add_parser("load", help="load a feed in the place of the one of the same name")
        loading.add_argument("name")
        loading.add_argument("file", type=Path)
        loading.add_argument("--dated", metavar="DAY", help="the day that the list is of, as 2026-11-01 (today)")
        commands.add_parser("list", help="list the feeds")
        removing = commands.add_parser("remove", help="remove a feed")
        removing.add_argument("name")
        looking = commands.add_parser("look", help="tell which feeds name a value")
        looking.add_argument("value")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Carry out the subcommand."""
        if not settings.GATEWAY_EMBEDDED:
            raise CommandError("There is no embedded gateway: feeds are matched where mail is judged.")
        getattr(self, f"_{options['command']}")(options)

    def _load(self, options: dict[str, Any]) -> None:
        name = options["name"].strip()
        if not name or len(name) > 80 or not name.isprintable():
            raise CommandError("The name is empty, longer than 80 characters, or can't be printed.")
        try:
            with options["file"].open(encoding="utf-8", errors="replace") as lines:
                loaded = load(lines, account_id=settings.GATEWAY_ACCOUNT_ID, name=name, dated=_day(options["dated"]))
        except OSError as error:
            raise CommandError(f"{options['file']} can't be read: {error.strerror}.") from None
        except Refused as refused:
            raise CommandError(f"{options['file']} was not loaded: {refused}.") from None
        for example in loaded.examples:
            self.stderr.write(_plain(example))
        self.stdout.write(f"{name}: {loaded.feed.entries:,} entries, {loaded.unread:,} lines could not be used.")

    def _list(self, _options: dict[str, Any]) -> None:
        for feed in loadings(settings.GATEWAY_ACCOUNT_ID).filter(is_active=True):
            self.stdout.write(
                f"{feed.name}: {feed.entries:,} entries of {feed.dated}, loaded {feed.loaded_at:%Y-%m-%d %H:%M} UTC"
            )

    def _remove(self, options: dict[str, Any]) -> None:
        if not delete(loadings(settings.GATEWAY_ACCOUNT_ID).filter(name=options["name"])):
            raise CommandError(f"There is no feed {options['name']}.")
        self.stdout.write(f"{options['name']} removed.")

    def _look(self, options: dict[str, Any]) -> None:
        named = entry(options["value"])
        if named is None:
            raise CommandError("That is no host, address or hash.")
        rows = FeedEntry.objects.using(DATABASE).filter(
            kind=named[0], value=named[1], feed__account_id=settings.GATEWAY_ACCOUNT_ID, feed__is_active=True
        )
        found = [f"{name} of {dated}" for name, dated in rows.values_list("feed__name", "feed__dated")]
        self.stdout.write(f"{named[0]} {named[1]}: {', '.join(found) or 'in no feed'}")


def _day(text: str | None) -> date:
    if text is None:
        return timezone.now().date()
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text} is no day; write it as 2026-11-01.")
    return found


def _plain(text: str) -> str:
    """Return text without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)

"""`manage.py learn`: teaches the model, shows what it was taught, takes decisions back, turns it back or off."""

import getpass
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from gateway.importing.sources import Found, messages
from gateway.judging.measure import Measured
from gateway.judging.report import tables
from gateway.learning.decisions import decisions, take_back
from gateway.learning.linear_model import LABELS
from gateway.learning.versions import UnknownVersion, go_on, make_version, switch, turn_back
from gateway.teaching.examples import describe_waiting
from gateway.teaching.files import teach
from gateway.teaching.report import decision_line, status_lines, why_lines
from gateway.teaching.trial import Labelled, against, over_time, read

_LISTED = 50


class Command(BaseCommand):
    """Exit status 1 and a reason on standard error if something was refused or a file could not be read."""

    help = (
        "Learns from the team's decisions. Without arguments it tells what was learnt. Decisions are taken from "
        "reclassifications and releases by themselves, about once a minute; --as teaches from files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one thing to do, and what it is about."""
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="files and folders, as import_mail reads"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--as", dest="label", choices=LABELS, help="teach that the mail in PATH is this")
        what.add_argument(
            "--now", action="store_true", help="learn from new decisions at once, not within five minutes"
        )
        what.add_argument(
            "--why",
            action="store_true",
            help="tell what the model says of the mail in PATH, and which decisions are most like it",
        )
        what.add_argument("--decisions", action="store_true", help=f"list decisions, the newest {_LISTED} first")
        what.add_argument(
            "--take-back",
            action="store_true",
            help="take back the decisions of --id, or of --by and --since, and learn anew",
        )
        what.add_argument(
            "--turn-back", type=int, metavar="VERSION", help="listen to an earlier version, until --go-on"
        )
        what.add_argument("--go-on", action="store_true", help="listen to the newest version again")
        what.add_argument("--off", action="store_true", help="judge without what was learnt")
        what.add_argument("--on", action="store_true", help="judge with what was learnt")
        what.add_argument(
            "--try",
            dest="trial",
            type=Path,
            metavar="FOLDER",
            help="measure on folders phishing, spam and ham, five-fold over time, and keep nothing",
        )
        parser.add_argument(
            "--against", type=Path, metavar="FOLDER", help="with --try: learn from FOLDER, measure on this one"
        )
        parser.add_argument(
            "--id", dest="ids", type=int, action="append", default=[], metavar="N", help="the number of a decision"
        )
        parser.add_argument("--by", default="", metavar="NAME", help="decisions of this person or token")
        parser.add_argument("--since", metavar="TIME", help="decisions since this time, as 2026-11-01T00:00")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the one thing."""
        self._account_id = settings.GATEWAY_ACCOUNT_ID
        if options["trial"] is None and not settings.GATEWAY_EMBEDDED:
            raise CommandError("There is no embedded gateway: nothing is learnt here.")
        needs_paths = bool(options["label"] or options["why"])
        if needs_paths != bool(options["paths"]):
            raise CommandError(
                "Name files or folders." if needs_paths else "Say what to do with the mail: --as LABEL or --why."
            )
        self._do(options)

    def _do(self, options: dict[str, Any]) -> None:
        if options["label"]:
            self._teach(options)
        elif options["why"]:
            self._tell(why_lines(_found(options["paths"]), self._account_id))
        elif options["decisions"]:
            self._tell(map(decision_line, self._chosen(options)[:_LISTED]))
        elif options["take_back"]:
            self._take_back(options)
        elif options["trial"]:
            self._try(options["trial"], options["against"])
        else:
            self._switch(options)
            self._tell(status_lines(self._account_id))

    def _switch(self, options: dict[str, Any]) -> None:
        if options["now"]:
            while describe_waiting():
                pass
            make_version(self._account_id, at_once=True)
        elif options["turn_back"] is not None:
            try:
                turn_back(self._account_id, options["turn_back"])
            except UnknownVersion as unknown:
                raise CommandError(f"There is no version {unknown}.") from None
        elif options["go_on"]:
            go_on(self._account_id)
        elif options["on"] or options["off"]:
            switch(self._account_id, on=options["on"])

    def _teach(self, options: dict[str, Any]) -> None:
        new, failed = 0, 0
        for taught in teach(_found(options["paths"]), options["label"], account_id=self._account_id, by=_operator()):
            new += taught.is_new
            if taught.error is not None:
                failed += 1
                self.stderr.write(f"{taught.path}: {taught.error}")
        self.stdout.write(f"{new} new decisions, {failed} could not be read. They are learnt within five minutes.")
        if failed:
            raise SystemExit(1)

    def _take_back(self, options: dict[str, Any]) -> None:
        if not (options["ids"] or options["by"] or options["since"]):
            raise CommandError("Say which decisions: --id N, --by NAME, --since TIME.")
        taken = take_back(self._chosen(options))
        make_version(self._account_id, at_once=True)
        self.stdout.write(f"{taken} decisions taken back.")
        self._tell(status_lines(self._account_id))

    def _chosen(self, options: dict[str, Any]) -> Any:
        since = _time(options["since"]) if options["since"] else None
        return decisions(self._account_id, ids=options["ids"], by=options["by"], since=since)

    def _try(self, folder: Path, other: Path | None) -> None:
        mail = list(_labelled(folder))
        measured = Measured()
        for judged in against(mail, list(_labelled(other))) if other else over_time(mail):
            measured.add(judged)
        self._tell(tables(measured))

    def _tell(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _labelled(folder: Path) -> Iterator[Labelled]:
    folders = [folder / label for label in LABELS if (folder / label).is_dir()]
    if not folders:
        raise CommandError(f"{folder} has no folder {', '.join(LABELS)}.")
    for path in folders:
        yield from read(_found([path]), path.name)


def _found(paths: list[Path]) -> Iterator[Found]:
    return messages(paths, largest=settings.GATEWAY_MAX_MESSAGE_BYTES)


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text} is no time; write it as 2026-11-01T00:00.")
    return make_aware(found) if is_naive(found) else found


def _operator() -> str:
    """Return who runs the command, as the system names them."""
    try:
        return f"{getpass.getuser()} on the command line"
    except (KeyError, OSError):
        return "the command line"

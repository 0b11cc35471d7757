"""`manage.py judge`: judges mail in files without storing it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found, messages
from gateway.judging.cases import write_case
from gateway.judging.judged import Judged, judge_by_rules, judge_by_settings
from gateway.judging.measure import LABELS, Measured
from gateway.judging.report import as_json, line, measured_as_json, tables
from gateway.mail.isolation import parse_isolated
from gateway.store.policy_cache import policy

CASES = Path(settings.BASE_DIR) / "tests" / "gateway" / "detect" / "cases"
"""The folder of the cases that tests judge."""


class Command(BaseCommand):
    """Print the verdict on each message found. Nothing is stored, delivered or held."""

    help = (
        "Judges .eml and .emlx files, mbox files, Maildirs and folders of them, as import_mail reads them, by the "
        "settings of the account, and stores nothing. Prints a line for each message: file, disposition, score and "
        "findings. Exits with 1 when a file could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--json", action="store_true", help="print a JSON object for each message instead")
        parser.add_argument(
            "--rules-alone", action="store_true", help="leave out settings, stored mail and what was learnt"
        )
        parser.add_argument(
            "--as-case",
            nargs=2,
            metavar=("EXPECTED", "NAME"),
            help="write the one message as a test case NAME, such as lures/parcel. EXPECTED is a disposition, "
            "'at-least SPAM' or 'at-most BULK'. Recipients' addresses are replaced, unless they are encoded",
        )
        parser.add_argument("--cases", type=Path, default=CASES, metavar="FOLDER", help="that --as-case writes into")
        parser.add_argument(
            "--labels",
            type=Path,
            metavar="FOLDER",
            help="measure the rules alone on a folder with folders phishing, spam and ham: prints the dispositions by "
            "label, the recall, what each detector brought, and the worst mistakes",
        )

    def handle(self, *_args: Any, paths: list[Path], labels: Path | None, rules_alone: bool, **options: Any) -> None:
        if (labels is None) == (not paths):
            raise CommandError("Name files or folders to judge, or --labels FOLDER, and not both.")
        if options["as_case"]:
            expected, name = options["as_case"]
            self._write_case(paths, expected, name, options["cases"].resolve())
            return
        failed = self._measure(labels, options["json"]) if labels else self._judge(paths, rules_alone, options["json"])
        if failed:
            raise SystemExit(1)

    def _write_case(self, paths: list[Path], expected: str, name: str, folder: Path) -> None:
        found = list(islice(_found(paths), 2))
        if len(found) != 1 or found[0].raw is None:
            raise CommandError("A case is one message. " + (found[0].error or "" if found else "None was found."))
        message = parse_isolated(found[0].raw)
        readers = {*imported_envelope(message).recipients, *message.delivered_to}
        path = (folder / name).with_suffix(".eml").resolve()
        if not path.is_relative_to(folder):
            raise CommandError(f"The case has to lie in {folder}.")
        try:
            write_case(found[0].raw, expected, path, readers)
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: look through it for what tells who got the message, before you commit it.")

    def _judge(self, paths: list[Path], rules_alone: bool, as_lines: bool) -> bool:
        failed = False
        for judged in self._verdicts(_found(paths), rules_alone):
            self._write(judged, as_lines)
            failed = failed or judged.error is not None
        return failed

    def _verdicts(self, found: Iterator[Found], rules_alone: bool) -> Iterator[Judged]:
        if not rules_alone and self._has_settings():
            return judge_by_settings(found, settings.GATEWAY_ACCOUNT_ID)
        return judge_by_rules(found)

    def _has_settings(self) -> bool:
        """Return whether the account's settings can be read; say so if not."""
        try:
            policy(settings.GATEWAY_ACCOUNT_ID)
        except DatabaseError as error:
            self.stderr.write(f"The settings can't be read ({error}): judged by the rules alone.")
            return False
        return True

    def _write(self, judged: Judged, as_lines: bool) -> None:
        self.stdout.write(json.dumps(as_json(judged)) if as_lines else line(judged))

    def _measure(self, folder: Path, as_lines: bool) -> bool:
        folders = [folder / label for label in LABELS if (folder / label).is_dir()]
        if not folders:
            raise CommandError(f"{folder} has no folder {', '.join(LABELS)}.")
        measured = Measured()
        for path in folders:
            for judged in judge_by_rules(_found([path]), label=path.name):
                measured.add(judged)
                if as_lines:
                    self._write(judged, as_lines)
        for judged in measured.errors:
            self.stderr.write(line(judged))
        if as_lines:
            self.stdout.write(json.dumps(measured_as_json(measured)))
        else:
            for text in tables(measured):
                self.stdout.write(text)
        return bool(measured.errors)


def _found(paths: list[Path]) -> Iterator[Found]:
    return messages(paths, largest=settings.GATEWAY_MAX_MESSAGE_BYTES)

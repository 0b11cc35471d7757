"""`manage.py import_mail`: imports mail from files."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gateway.importing.importer import Imported, Summary, import_all
from gateway.importing.sources import messages


class Command(BaseCommand):
    """Judge and store every message found, and deliver or hold it like mail received by SMTP."""

    help = (
        "Takes in .eml and .emlx files, mbox files, Maildirs and folders of them, packed with gzip too. The same "
        "message is stored once, however often it is imported. Exits with 1 when a file was not stored, and says why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--keep-dates", action="store_true", help="date messages by their newest Received field, not by now"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write a JSON line for each message")

    def handle(self, *_args: Any, paths: list[Path], keep_dates: bool, report: Path | None, **_options: Any) -> None:
        summary = Summary()
        lines = self._opened(report) if report else None
        try:
            found = messages(paths, largest=settings.GATEWAY_MAX_MESSAGE_BYTES)
            quiet = not sys.stderr.isatty()
            for entry in tqdm(import_all(found, keep_dates=keep_dates), unit=" messages", disable=quiet):
                summary.add(entry)
                self._tell(entry)
                if lines is not None:
                    lines.write(_line(entry))
        finally:
            if lines is not None:
                lines.close()
            self._sum_up(summary)
        if summary.failed:
            raise SystemExit(1)

    def _opened(self, report: Path) -> IO[str]:
        try:
            # Line by line: whoever reads it while the import runs, or after its death, sees all that was reported.
            return report.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise CommandError(f"the report can't be written to {report}: {error.strerror}") from error

    def _tell(self, entry: Imported) -> None:
        if entry.error is not None:
            tqdm.write(f"{entry.path}: {entry.error}", file=sys.stderr)

    def _sum_up(self, summary: Summary) -> None:
        self.stdout.write(
            f"{summary.stored} stored, {summary.known} stored before, {summary.failed} could not be stored"
        )
        for disposition, count in summary.dispositions.most_common():
            self.stdout.write(f"{count:8,}  {disposition}")


def _line(entry: Imported) -> str:
    content = asdict(entry)
    del content["created"]
    return json.dumps(content) + "\n"

"""`manage.py backup`: write one archive of the whole installation, while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.backup.encryption import passphrase_of
from dashboard.backup.errors import BackupError
from dashboard.backup.making import make_backup


class Command(BaseCommand):
    """If it is killed, there is no archive under the name that was asked for. Run it again."""

    help = "Writes databases, raw mail, mailboxes and keys into one archive, while Gatehouse runs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--output", required=True, metavar="FILE", help="the archive; it must not exist yet")
        parser.add_argument("--passphrase-file", metavar="FILE", help="encrypt with the passphrase in this file")

    def handle(self, *_args: Any, **options: Any) -> None:
        output = Path(options["output"]).expanduser().absolute()
        try:
            passphrase = read_passphrase(options["passphrase_file"])
            counts = make_backup(output, passphrase=passphrase, say=self._say)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        for part, count in sorted(counts.items()):
            self._say(f"{part}: {count:,} files")
        self._say(f"{output} is whole, and encrypted" if passphrase else f"{output} is whole. It has all keys in clear")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def read_passphrase(path: str | None) -> bytes | None:
    """Return the passphrase in a file, None without one.

    :raises BackupError: it is too short.
    """
    return passphrase_of(Path(path).expanduser().read_bytes()) if path else None

"""`manage.py restore`: put a backup into an empty home; afterwards, let go what a restore holds back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.backup.errors import BackupError
from dashboard.backup.home_state import release_queues
from dashboard.backup.restoring import restore_backup
from dashboard.management.commands.backup import read_passphrase


class Command(BaseCommand):
    """If it is killed, nothing starts on that home until the command was run again, which begins anew."""

    help = "Restores a backup into an empty GATEHOUSE_HOME and empty databases."
    # It mends what the checks refuse.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("archive", nargs="?", metavar="FILE", help="what `manage.py backup` wrote")
        parser.add_argument("--passphrase-file", metavar="FILE", help="the passphrase of an encrypted archive")
        parser.add_argument(
            "--release-queues", action="store_true", help="send what a restore has held back: mail and the outbox"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if bool(options["archive"]) == options["release_queues"]:
            raise CommandError("Name an archive, or give --release-queues.")
        if options["release_queues"]:
            was_held = release_queues()
            self.stdout.write("What waits is sent from now on." if was_held else "Nothing was held.")
            return
        try:
            passphrase = read_passphrase(options["passphrase_file"])
            said = restore_backup(Path(options["archive"]).expanduser(), passphrase=passphrase, say=self._say)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        for sentence in ("restored", *said):
            self._say(sentence)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

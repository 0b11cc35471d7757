"""`manage.py secure_state`: close the state in GATEHOUSE_HOME to other users of this machine."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.private_state import NotPrivate, close_state


class Command(BaseCommand):
    """Give folders mode 0700 and files 0600. `manage.py run` does the same; it may run while Gatehouse does."""

    help = "Closes the state in GATEHOUSE_HOME to the other users of this machine. Safe to run again."
    # It mends what the checks refuse.
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            count = close_state(settings.GATEHOUSE_HOME, keep_open=(Path(os.path.expanduser("~")), settings.BASE_DIR))
        except NotPrivate as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} folders and files were open and are closed." if count else "Nothing was open.")

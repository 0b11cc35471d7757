"""`manage.py mailbox ADDRESS`: prints the path of a recipient's Maildir."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gateway.delivery.maildir import mailbox


class Command(BaseCommand):
    """Print the path of a recipient's Maildir. Its name is a hash, so that no path contains text from mail."""

    help = "Prints the path of a recipient's Maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *_args: Any, address: str, **_options: Any) -> None:
        self.stdout.write(str(mailbox(Path(settings.GATEWAY_MAILBOXES), address)))

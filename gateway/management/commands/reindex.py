"""`manage.py reindex`: rebuilds the search index, after a release that changed how words are compared."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from gateway.models import Message
from gateway.store.reindexing import DATABASE, reindex


class Command(BaseCommand):
    """Rebuild the search index while everything else goes on running."""

    help = "Rebuilds the search index of all stored messages. Run it once after an upgrade that asks for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from-key", type=int, default=0, help="Resume after the message with this key.")

    def handle(self, *_args: Any, from_key: int, **_options: Any) -> None:
        total = Message.objects.using(DATABASE).filter(pk__gt=from_key).count()
        last = from_key
        with tqdm(total=total, unit=" messages", disable=not sys.stderr.isatty()) as progress:
            for key, number in reindex(from_key=from_key):
                last = key
                progress.update(number)
        self.stdout.write(f"{total} messages, the last one is {last}.")

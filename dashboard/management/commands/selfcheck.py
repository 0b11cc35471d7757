"""`manage.py selfcheck [ADDRESS]`: sends a marked mail the whole way and tells how long each step took."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.selfcheck.services import self_check_run


class Command(BaseCommand):
    """Run a self-check of the embedded gateway now."""

    help = "Sends a marked mail the whole way, and tells how long each step took."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="", help="mailbox of the check; GATEHOUSE_SELFCHECK_ADDRESS")

    def handle(self, *_args: Any, address: str, **_options: Any) -> None:
        address = address or settings.GATEHOUSE_SELFCHECK_ADDRESS
        if not address:
            raise CommandError("Name a mailbox: selfcheck ADDRESS, or GATEHOUSE_SELFCHECK_ADDRESS.")
        if not settings.GATEWAY_EMBEDDED:
            raise CommandError("The self-check is about the embedded gateway; this console speaks to another API.")
        row = self_check_run(address)
        for name, seconds in row.steps.items():
            self.stdout.write(f"{name:<10} {seconds:8.3f} s")
        if row.failed_step:
            raise CommandError(f"{row.failed_step} failed: {row.reason}")

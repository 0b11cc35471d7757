"""`manage.py prepare`: everything that the services need before they start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Do each step of setting up in one process, since a process of its own for each takes a second longer.

    Every step may be cut off at any moment: what it wrote until then is whole, and the next start finishes it.
    """

    help = "Sets up the databases, the static files, the first people and the embedded gateway. Safe to run again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("migrate", database="default", verbosity=0)
        if settings.GATEWAY_EMBEDDED:
            call_command("migrate", database="gateway", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("prepare_console")
        if settings.GATEWAY_EMBEDDED:
            call_command("prepare_gateway")

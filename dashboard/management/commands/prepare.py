"""`manage.py prepare`: everything that the services need before they start."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Do each step of setting up in one process, since a process of its own for each takes a second longer.

    A signal ends it after the step that runs. A step that is killed has written nothing by halves: databases by their
    transactions, static files because they are copied anew each time, and the rest says so itself. The next start does
    what is left.
    """

    help = "Sets up the databases, the static files, the first people and the embedded gateway. Safe to run again."
    _is_stopping = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for name, options in _steps():
            if self._is_stopping:
                raise SystemExit(1)
            call_command(name, **options)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True


def _steps() -> list[tuple[str, dict[str, Any]]]:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("migrate", {"database": "default", "verbosity": 0}),
        ("collectstatic", {"interactive": False, "verbosity": 0, "clear": True}),
        ("prepare_console", {}),
    ]
    if settings.GATEWAY_EMBEDDED:
        steps[1:1] = [("migrate", {"database": "gateway", "verbosity": 0})]
        steps.append(("prepare_gateway", {}))
    return steps

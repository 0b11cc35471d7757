"""App config of the outbox."""

from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """App with what is to be sent, what was sent, and what is stuck and why."""

    name = "dashboard.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Register the channel of mail, the badge, and what retention looks after."""
        for module in ("mail_channel", "badges", "retention"):
            import_module(f"dashboard.outbox.{module}")

"""App config of alerts."""

from importlib import import_module

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """App with alerts, and what they found."""

    name = "investigate.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Register the badge, the channel to webhooks, and what retention looks after."""
        for module in ("badges", "channel", "retention"):
            import_module(f"investigate.alerts.{module}")

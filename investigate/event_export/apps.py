"""App config of events that leave the console."""

from importlib import import_module

from django.apps import AppConfig


class EventExportConfig(AppConfig):
    """App with events, the places that they are found in, and the destinations that get them."""

    name = "investigate.event_export"
    label = "event_export"

    def ready(self) -> None:
        """Register the badge, the way that events are sent, and what retention looks after."""
        import_module("investigate.event_export.badges")
        import_module("investigate.event_export.sending.channel")
        import_module("investigate.event_export.retention")

"""App config of automations."""

from importlib import import_module

from django.apps import AppConfig


class AutomationsConfig(AppConfig):
    """App with automations, what they did, and the notices that they put up."""

    name = "investigate.automations"
    label = "automations"

    def ready(self) -> None:
        """Register the badges, and what retention looks after."""
        import_module("investigate.automations.badges")
        import_module("investigate.automations.retention")

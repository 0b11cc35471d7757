"""Django configuration of the overview app."""

from importlib import import_module

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """App for the overview, the first page after sign-in, and the daily rollups that it shows."""

    name = "dashboard.overview"
    label = "overview"

    def ready(self) -> None:
        """Register the handler that counts the messages found by day walks."""
        models, keeping, registry = (
            import_module(name)
            for name in ("dashboard.overview.models", "dashboard.overview.rollups", "dashboard.walking.registry")
        )
        registry.register_walk(models.DayWalk, keeping.DayConsumer())

"""The app of the overview."""

from importlib import import_module

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """The first page after sign-in, and the rollups that it shows."""

    name = "dashboard.overview"
    label = "overview"

    def ready(self) -> None:
        """Say who counts the days that are walked."""
        models, keeping, registry = (
            import_module(name)
            for name in ("dashboard.overview.models", "dashboard.overview.rollups", "dashboard.walking.registry")
        )
        registry.register_walk(models.DayWalk, keeping.CountDay())

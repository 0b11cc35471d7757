"""App config of digests."""

from importlib import import_module

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    """App with the mirror of held mail, the team's rules and people's choices, and the digests that were sent."""

    name = "investigate.digests"
    label = "digests"

    def ready(self) -> None:
        """Register the walks that read held mail, and what retention looks after."""
        from dashboard.walking.registry import register_walk
        from investigate.digests.models import HeldWalk
        from investigate.digests.reading import HeldConsumer

        register_walk(HeldWalk, HeldConsumer())
        import_module("investigate.digests.retention")

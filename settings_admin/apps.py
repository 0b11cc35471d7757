"""The settings_admin app."""

from django.apps import AppConfig


class SettingsAdminConfig(AppConfig):
    """Policies: lists, forms, files, history, and what an entry would have done."""

    name = "settings_admin"

    def ready(self) -> None:
        """Say who takes what replays come upon."""
        from dashboard.walking.registry import register_walk
        from settings_admin.replay.models import Replay, SampledReplay
        from settings_admin.replay.walk_consumer import ReplayTaker, SampleTaker

        register_walk(Replay, ReplayTaker())
        register_walk(SampledReplay, SampleTaker())

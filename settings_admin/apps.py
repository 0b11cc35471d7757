"""Django configuration of the settings_admin app, which manages email security policies."""

from django.apps import AppConfig


class SettingsAdminConfig(AppConfig):
    """App for policies: lists, forms, CSV files, change history, and replays of an entry on past mail."""

    name = "settings_admin"

    def ready(self) -> None:
        """Register the handlers of replay walks, and what retention looks after."""
        from dashboard.walking.registry import register_walk
        from settings_admin.replay.models import Replay, SampledReplay
        from settings_admin.replay.walk_consumer import ReplayConsumer, SampleConsumer
        from settings_admin.retention import register_rules

        register_walk(Replay, ReplayConsumer())
        register_walk(SampledReplay, SampleConsumer())
        register_rules()

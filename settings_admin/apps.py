"""Django configuration of the settings_admin app, which manages email security policies."""

from importlib import import_module

from django.apps import AppConfig


class SettingsAdminConfig(AppConfig):
    """App for policies: lists, forms, CSV files, change history, and replays of an entry on past mail."""

    name = "settings_admin"

    def ready(self) -> None:
        """Register replay walks, the counter of uses, how senders are blocked, and what retention looks after."""
        from dashboard.overview.day_counters import register_day_counter
        from dashboard.overview.figures import register_figures
        from dashboard.sender_blocks import register_sender_block
        from dashboard.walking.registry import register_walk
        from settings_admin.entries.sender_blocks import sender_block
        from settings_admin.replay.models import Replay, SampledReplay
        from settings_admin.replay.walk_consumer import ReplayConsumer, SampleConsumer
        from settings_admin.retention import register_rules
        from settings_admin.upkeep.counting import UseCounter
        from settings_admin.upkeep.overview_figures import upkeep_figures

        register_walk(Replay, ReplayConsumer())
        register_walk(SampledReplay, SampleConsumer())
        register_rules()
        import_module("settings_admin.proposals.badges")
        register_day_counter(UseCounter())
        register_figures(upkeep_figures)
        register_sender_block(sender_block)

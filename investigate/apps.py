"""App config of investigate."""

from django.apps import AppConfig


class InvestigateConfig(AppConfig):
    """App with the search, the message pages, and the team's annotations."""

    name = "investigate"

    def ready(self) -> None:
        """Register the walks over searches, what retention looks after, and the release watch."""
        from dashboard.overview.day_counters import register_day_counter
        from dashboard.walking.registry import register_walk
        from investigate.releases import selectors
        from investigate.releases.watching import ReleaseCounter
        from investigate.retention import register_rules
        from investigate.search.walks.consumers import CountConsumer, ExportConsumer, GatheringConsumer
        from investigate.search.walks.models import SearchCount, SearchExport, SearchGathering

        register_walk(SearchCount, CountConsumer())
        register_walk(SearchExport, ExportConsumer())
        register_walk(SearchGathering, GatheringConsumer())
        register_rules()
        register_day_counter(ReleaseCounter())
        selectors.register()

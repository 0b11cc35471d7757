"""App config of investigate."""

from django.apps import AppConfig


class InvestigateConfig(AppConfig):
    """App with the search, the message pages, and the team's annotations."""

    name = "investigate"

    def ready(self) -> None:
        """Register the walks over searches with their walk consumers."""
        from dashboard.walking.registry import register_walk
        from investigate.search.walks.consumers import CountTaker, ExportTaker, GatheringTaker
        from investigate.search.walks.models import SearchCount, SearchExport, SearchGathering

        register_walk(SearchCount, CountTaker())
        register_walk(SearchExport, ExportTaker())
        register_walk(SearchGathering, GatheringTaker())

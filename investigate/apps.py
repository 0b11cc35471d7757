"""The investigate app."""

from django.apps import AppConfig


class InvestigateConfig(AppConfig):
    """Search, message pages and what analysts do with them."""

    name = "investigate"

    def ready(self) -> None:
        """Say what walks over searches make of what they find."""
        from dashboard.walking.registry import register_walk
        from investigate.search.walks.consumers import CountTaker, ExportTaker, GatheringTaker
        from investigate.search.walks.models import SearchCount, SearchExport, SearchGathering

        register_walk(SearchCount, CountTaker())
        register_walk(SearchExport, ExportTaker())
        register_walk(SearchGathering, GatheringTaker())

"""Every model of the app."""

from investigate.annotations.models import MessageAssignment, MessageNote
from investigate.saved.models import RecentSearch, SavedSearch
from investigate.walks.models import ExportPart, GatheredMessage, SearchCount, SearchExport, SearchGathering

__all__ = [
    "ExportPart",
    "GatheredMessage",
    "MessageAssignment",
    "MessageNote",
    "RecentSearch",
    "SavedSearch",
    "SearchCount",
    "SearchExport",
    "SearchGathering",
]

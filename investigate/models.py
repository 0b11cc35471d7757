"""All models of the app, imported here so that Django finds them."""

from investigate.annotations.models import MessageAssignment, MessageNote, MessageTag
from investigate.releases.models import WatchedRelease
from investigate.search.saved.models import RecentSearch, SavedSearch
from investigate.search.walks.models import ExportPart, GatheredMessage, SearchCount, SearchExport, SearchGathering

__all__ = [
    "ExportPart",
    "GatheredMessage",
    "MessageAssignment",
    "MessageNote",
    "MessageTag",
    "RecentSearch",
    "SavedSearch",
    "SearchCount",
    "SearchExport",
    "SearchGathering",
    "WatchedRelease",
]

"""The API's operations, grouped by resource like the API itself."""

from api_client.resources.investigate import Investigate, SearchFilters
from api_client.resources.phishguard import PhishGuard
from api_client.resources.settings import BatchResult, Settings
from api_client.resources.submissions import Submissions

__all__ = ["BatchResult", "Investigate", "PhishGuard", "SearchFilters", "Settings", "Submissions"]

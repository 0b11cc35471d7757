"""The API's operations, grouped by resource like the API itself."""

from api_client.resources.delivery_queue import DeliveryQueue
from api_client.resources.holds import Holds
from api_client.resources.investigate import EXTENSIONS, Investigate, SearchFilters
from api_client.resources.marks import Marks
from api_client.resources.phishguard import PhishGuard
from api_client.resources.settings import BatchResult, Settings
from api_client.resources.submissions import Submissions
from api_client.resources.tokens import Tokens
from api_client.resources.write_requests import WriteRequests

__all__ = [
    "EXTENSIONS",
    "BatchResult",
    "DeliveryQueue",
    "Holds",
    "Investigate",
    "Marks",
    "PhishGuard",
    "SearchFilters",
    "Settings",
    "Submissions",
    "Tokens",
    "WriteRequests",
]

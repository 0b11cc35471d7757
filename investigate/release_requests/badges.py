"""Badge of the navigation: requests that wait for a decision."""

from dashboard.badges import register_badge
from investigate.release_requests.selectors import waiting_count

register_badge("release_requests:list", waiting_count, meaning="waiting")

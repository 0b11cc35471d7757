"""Badge of the navigation: destinations that fail."""

from dashboard.badges import register_badge
from investigate.event_export.selectors import failing_count

register_badge("events:list", failing_count, meaning="failing")

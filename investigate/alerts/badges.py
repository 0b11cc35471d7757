"""Badge of the navigation: the team's alerts that can't look. Imported when the app is ready."""

from dashboard.badges import register_badge
from investigate.alerts.selectors import failing_count

register_badge("alerts:list", failing_count, meaning="can't look")

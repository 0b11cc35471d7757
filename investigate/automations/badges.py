"""Badges of the navigation: automations that stopped themselves, and open notices."""

from dashboard.badges import register_badge
from investigate.automations.selectors import open_notices_count, stopped_count

register_badge("automations:list", stopped_count, meaning="stopped")
register_badge("automations:notices", open_notices_count, meaning="open")

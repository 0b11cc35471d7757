"""Registers the badge that counts the writes by API that wait. Imported when the app is ready."""

from dashboard.api_writes.counting import waiting_writes_count
from dashboard.badges import register_badge

register_badge("jobs:list", waiting_writes_count, meaning="waiting for approval")

"""Registers the badge that counts what was given up. Imported when the app is ready."""

from dashboard.badges import register_badge
from dashboard.outbox.selectors import given_up_count

register_badge("outbox:list", given_up_count, meaning="given up")

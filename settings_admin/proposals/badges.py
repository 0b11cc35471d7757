"""Registers the badge that counts the proposals waiting for a decision. Imported when the app is ready."""

from dashboard.badges import register_badge
from settings_admin.proposals.services import waiting_count

register_badge("proposals:list", waiting_count, meaning="waiting for a decision")

"""Registers the badge that counts the jobs waiting for approval. Imported when the app is ready."""

from dashboard.badges import register_badge
from dashboard.jobs.selectors import awaiting_jobs_count

register_badge("jobs:list", awaiting_jobs_count, meaning="waiting for approval")

"""What jobs add to other pages: how many wait for a second person. Imported when the app is ready."""

from dashboard.badges import register_badge
from dashboard.jobs.selectors import awaiting_jobs_count

register_badge("jobs:list", awaiting_jobs_count, meaning="waiting for approval")

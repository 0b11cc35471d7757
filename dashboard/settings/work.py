"""Jobs, their approval, reviews, and how long things are kept."""

from dashboard import environment
from dashboard.settings.installation import GATEHOUSE_HOME

GATEHOUSE_JOB_CHUNK = environment.integer("GATEHOUSE_JOB_CHUNK", 200, low=1, high=1000)
GATEHOUSE_PROOF_DELAY = environment.integer("GATEHOUSE_PROOF_DELAY", 60, low=0, high=3600)
GATEHOUSE_JOB_LEASE = environment.integer("GATEHOUSE_JOB_LEASE", 60, low=1)

GATEHOUSE_REVIEW_HOURS = environment.integer("GATEHOUSE_REVIEW_HOURS", 24, low=1, high=24 * 365)
GATEHOUSE_APPROVALS = environment.thresholds(
    "GATEHOUSE_APPROVALS", "purge:1", ("purge", "move", "release", "reclassify")
)
GATEHOUSE_PREVIEWS_PER_MINUTE = environment.integer("GATEHOUSE_PREVIEWS_PER_MINUTE", 120, low=1)
GATEHOUSE_APPROVAL_WINDOW_HOURS = environment.integer("GATEHOUSE_APPROVAL_WINDOW_HOURS", 24, low=0, high=24 * 365)
GATEHOUSE_APPROVAL_HOURS = environment.integer("GATEHOUSE_APPROVAL_HOURS", 24, low=1, high=24 * 365)

GATEHOUSE_SEND_NETWORKS = environment.networks("GATEHOUSE_SEND_NETWORKS")
GATEHOUSE_SELFCHECK_MINUTES = environment.integer("GATEHOUSE_SELFCHECK_MINUTES", 0, low=0, high=24 * 60)
GATEHOUSE_SELFCHECK_ADDRESS = environment.text("GATEHOUSE_SELFCHECK_ADDRESS")
GATEHOUSE_OUTBOX_HOURS = environment.integer("GATEHOUSE_OUTBOX_HOURS", 72, low=1, high=24 * 14)

GATEHOUSE_REQUESTS_PER_DAY = environment.integer("GATEHOUSE_REQUESTS_PER_DAY", 20, low=1, high=1000)
GATEHOUSE_REQUEST_OPEN_DAYS = environment.integer("GATEHOUSE_REQUEST_OPEN_DAYS", 14, low=1, high=366)
GATEHOUSE_ASK_REASON = environment.flag("GATEHOUSE_ASK_REASON", default=False)

# --- Retention, in days; 0 keeps for ever. See docs/decisions/0020-kept-as-long-as-asked.md.

_CENTURY = 36_500
GATEWAY_RETRO_SCAN_DAYS = environment.integer("GATEWAY_RETRO_SCAN_DAYS", 7, high=366)
GATEWAY_MAIL_DAYS = environment.integer("GATEWAY_MAIL_DAYS", 0, high=_CENTURY)
GATEWAY_PREVIEW_DAYS = environment.integer("GATEWAY_PREVIEW_DAYS", 30, high=_CENTURY)
GATEHOUSE_JOB_DAYS = environment.integer("GATEHOUSE_JOB_DAYS", 365, high=_CENTURY)
GATEHOUSE_EXPORT_DAYS = environment.integer("GATEHOUSE_EXPORT_DAYS", 7, low=1, high=_CENTURY)
GATEHOUSE_AUTOMATION_DAYS = environment.integer("GATEHOUSE_AUTOMATION_DAYS", 180, high=_CENTURY)
GATEHOUSE_REVIEW_DAYS = environment.integer("GATEHOUSE_REVIEW_DAYS", 365, high=_CENTURY)
GATEHOUSE_CAMPAIGN_DAYS = environment.integer("GATEHOUSE_CAMPAIGN_DAYS", 60, high=_CENTURY)
GATEHOUSE_POLICY_RUN_DAYS = environment.integer("GATEHOUSE_POLICY_RUN_DAYS", 365, high=_CENTURY)
GATEHOUSE_DIGEST_DAYS = environment.integer("GATEHOUSE_DIGEST_DAYS", 30, low=1, high=366)
GATEHOUSE_REQUEST_DAYS = environment.integer("GATEHOUSE_REQUEST_DAYS", 365, high=_CENTURY)
GATEHOUSE_OUTBOX_DAYS = environment.integer("GATEHOUSE_OUTBOX_DAYS", 30, high=_CENTURY)
GATEHOUSE_EVENT_DAYS = environment.integer("GATEHOUSE_EVENT_DAYS", 14, high=_CENTURY)
GATEHOUSE_AUDIT_DAYS = environment.integer("GATEHOUSE_AUDIT_DAYS", 0, high=_CENTURY)

# --- Events that leave. See docs/events.md.

GATEHOUSE_EVENT_FOLDER = environment.text("GATEHOUSE_EVENT_FOLDER") or str(GATEHOUSE_HOME / "events")
GATEHOUSE_EVENT_FILE_BYTES = environment.integer("GATEHOUSE_EVENT_FILE_BYTES", 64 * 1024 * 1024, low=1024, high=2**40)

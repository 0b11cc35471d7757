"""The audit trail, metrics and logs. See docs/decisions/0011-the-audit-chain.md."""

from dashboard import environment
from dashboard.home import kept_secret
from dashboard.settings.backend import GATEWAY_EMBEDDED
from dashboard.settings.installation import GATEHOUSE_HOME

# Digests of personal fields and the seals of the chain are made with this key, which is not in the database.
GATEHOUSE_AUDIT_KEY = environment.text("GATEHOUSE_AUDIT_KEY") or kept_secret(GATEHOUSE_HOME, "audit_key")
GATEHOUSE_TRUST_REQUEST_ID = environment.flag("GATEHOUSE_TRUST_REQUEST_ID", default=False)
# Dotted path of a class that records what API tokens do (see gateway/trail.py), or empty.
GATEWAY_TRAIL = "dashboard.audit.api_use.ApiTrail"
# Dotted path of the function that knows a client's address behind proxies, or empty (see gateway/api/callers.py).
GATEWAY_CLIENT_ADDRESS = "dashboard.audit.actor.client_address"


GATEHOUSE_METRICS_PORT = environment.integer("GATEHOUSE_METRICS_PORT", 0, low=0, high=65535)
if GATEHOUSE_METRICS_PORT:
    environment.share_metrics(GATEHOUSE_HOME / "metrics")
# Dotted paths of collectors that are asked at each scrape.
METRICS_COLLECTORS = ["dashboard.metrics.state.StateCollector", "dashboard.selfcheck.metrics.SelfCheckCollector"]
if GATEWAY_EMBEDDED:
    METRICS_COLLECTORS.append("gateway.preview.metrics.RendererCollector")
GATEHOUSE_METRICS_BIND = environment.text("GATEHOUSE_METRICS_BIND", "127.0.0.1")
GATEHOUSE_LOG_BYTES = environment.integer("GATEHOUSE_LOG_BYTES", 20 * 1024 * 1024, low=64 * 1024)
GATEHOUSE_LOG_DAYS = environment.integer("GATEHOUSE_LOG_DAYS", 30, high=36_500)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "dashboard.logs.json_lines.JsonFormatter"},
        "text": {"()": "dashboard.logs.json_lines.TextFormatter"},
    },
    "filters": {"redaction": {"()": "dashboard.logs.redaction.Redaction"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": environment.choice("GATEHOUSE_LOG_FORMAT", "json", ("json", "text")),
            "filters": ["redaction"],
        },
        "errors": {"class": "dashboard.metrics.errors.CountErrors", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "errors"], "level": "INFO"},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
        # A line for each request that waits for a thread would let strangers fill the log.
        "waitress.queue": {"level": "ERROR"},
    },
}

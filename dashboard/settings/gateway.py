"""The embedded gateway: mail, what it holds, its API, previews, and where files lie."""

import socket

from dashboard import environment
from dashboard.settings.backend import CLOUDFLARE_ACCOUNT_ID
from dashboard.settings.installation import GATEHOUSE_HOME

GATEWAY_ACCOUNT_ID = CLOUDFLARE_ACCOUNT_ID
GATEHOUSE_SAMPLE_MAIL = environment.flag("GATEHOUSE_SAMPLE_MAIL", default=True)
GATEWAY_MAILBOXES = GATEHOUSE_HOME / "mailboxes"
GATEWAY_TRUSTED_AUTHSERV_IDS = environment.listing("GATEWAY_TRUSTED_AUTHSERV_IDS")
GATEWAY_TRUSTED_ARC_SEALERS = environment.listing("GATEWAY_TRUSTED_ARC_SEALERS")
GATEWAY_DNS = environment.name_server("GATEWAY_DNS", "auto")
GATEWAY_DNS_SECONDS = environment.integer("GATEWAY_DNS_SECONDS", 6, low=1, high=60)
GATEWAY_REPORT_ADDRESSES = environment.listing("GATEWAY_REPORT_ADDRESSES")
GATEWAY_ROUTES = environment.text("GATEWAY_ROUTES") or str(GATEHOUSE_HOME / "routes.toml")
GATEWAY_SIMULATION_HEADERS = environment.listing("GATEWAY_SIMULATION_HEADERS")
GATEWAY_SIMULATION_NETWORKS = environment.networks("GATEWAY_SIMULATION_NETWORKS")
GATEWAY_RELAY_NETWORKS = environment.networks("GATEWAY_RELAY_NETWORKS")
GATEWAY_JOURNAL_ADDRESSES = environment.listing("GATEWAY_JOURNAL_ADDRESSES")
GATEWAY_BCC_ADDRESSES = environment.listing("GATEWAY_BCC_ADDRESSES")
GATEWAY_XCLIENT_NETWORKS = environment.networks("GATEWAY_XCLIENT_NETWORKS")
GATEWAY_PROXY_NETWORKS = environment.networks("GATEWAY_PROXY_NETWORKS")
GATEWAY_SMTP_CONNECTIONS = environment.integer("GATEWAY_SMTP_CONNECTIONS", 200, low=2, high=10_000)
GATEWAY_SMTP_CONNECTIONS_PER_PEER = environment.integer("GATEWAY_SMTP_CONNECTIONS_PER_PEER", 20, low=1, high=10_000)
GATEWAY_SMTP_SPOOL_BYTES = environment.integer("GATEWAY_SMTP_SPOOL_BYTES", 512 * 1024 * 1024, low=1024, high=2**45)
GATEWAY_SMTP_CERTIFICATE = environment.text("GATEWAY_SMTP_CERTIFICATE")
GATEWAY_SMTP_KEY = environment.text("GATEWAY_SMTP_KEY")
GATEWAY_SMTP_NAME = environment.text("GATEWAY_SMTP_NAME") or socket.gethostname()
GATEWAY_QUEUE_DAYS = environment.integer("GATEWAY_QUEUE_DAYS", 5, low=1, high=60)
GATEWAY_QUEUE_PAUSE = environment.integer("GATEWAY_QUEUE_PAUSE", 60, low=1, high=86_400)
GATEWAY_NEXT_HOP_SECONDS = environment.integer("GATEWAY_NEXT_HOP_SECONDS", 120, low=1, high=3600)
GATEWAY_NEXT_HOP_ANSWER_SECONDS = environment.integer("GATEWAY_NEXT_HOP_ANSWER_SECONDS", 600, low=1, high=3600)
GATEWAY_QUEUE_LEASE = environment.integer("GATEWAY_QUEUE_LEASE", 60, low=2, high=3600)
GATEWAY_NEW_MAILBOXES = environment.integer("GATEWAY_NEW_MAILBOXES", 2000, low=1)
GATEWAY_OPEN_BENIGN_RAW = environment.flag("GATEWAY_OPEN_BENIGN_RAW", default=True)
GATEWAY_HOLD_UNREAD = environment.flag("GATEWAY_HOLD_UNREAD", default=True)
GATEWAY_MAX_MESSAGE_BYTES = environment.integer("GATEWAY_MAX_MESSAGE_BYTES", 50 * 1024 * 1024, low=1024)
GATEWAY_RATE_LIMIT = environment.rate("GATEWAY_RATE_LIMIT", "1200/300")
GATEWAY_API_APPROVALS = environment.choice("GATEWAY_API_APPROVALS", "refuse", ("refuse", "wait", "off"))
GATEWAY_DEPRECATED = environment.flag("GATEWAY_DEPRECATED", default=True)
GATEWAY_SEARCH_SECONDS = environment.integer("GATEWAY_SEARCH_SECONDS", 5, low=0, high=600)
SMTP_BIND = environment.text("SMTP_BIND", "127.0.0.1")
SMTP_PORT = environment.integer("SMTP_PORT", environment.integer("PORT", 8000) + 25, low=1, high=65535)
LMTP_PORT = environment.integer("LMTP_PORT", 0, low=0, high=65535)
CHROMIUM = environment.text("CHROMIUM")
GATEWAY_PREVIEW_SECONDS = environment.integer("GATEWAY_PREVIEW_SECONDS", 10, low=1, high=120)
# What the gateway's renderer and the API tell each other in Redis lies under these keys; the health check reads one.
GATEWAY_PREVIEW_KEYS = f"gatehouse:{GATEWAY_ACCOUNT_ID}:preview"

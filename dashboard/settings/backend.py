"""The API: the embedded gateway in this process, unless the environment configures another API."""

from dashboard import environment
from dashboard.home import kept_secret
from dashboard.settings.installation import GATEHOUSE_HOME

GATEWAY_EMBEDDED = not (environment.text("CLOUDFLARE_BASE_URL") or environment.text("CLOUDFLARE_API_TOKEN"))
CLOUDFLARE_BASE_URL = environment.text(
    "CLOUDFLARE_BASE_URL",
    "http://gateway.invalid/client/v4" if GATEWAY_EMBEDDED else "https://api.cloudflare.com/client/v4",
)
CLOUDFLARE_ACCOUNT_ID = environment.text("CLOUDFLARE_ACCOUNT_ID") or (
    kept_secret(GATEHOUSE_HOME, "account_id", length=16) if GATEWAY_EMBEDDED else ""
)
CLOUDFLARE_API_TOKEN = environment.text("CLOUDFLARE_API_TOKEN") or (
    kept_secret(GATEHOUSE_HOME, "api_token", length=20) if GATEWAY_EMBEDDED else ""
)
# Dotted path of a callable that returns an httpx.BaseTransport, or empty for HTTP.
# A rotation of the console's token replaces this file, and running processes read it again.
GATEHOUSE_API_TOKEN_FILE = GATEHOUSE_HOME / "keys" / "api_token" if GATEWAY_EMBEDDED else None
GATEHOUSE_API_TRANSPORT = "gateway.transport.InProcessTransport" if GATEWAY_EMBEDDED else ""
GATEHOUSE_API_TIMEOUT = environment.integer("GATEHOUSE_API_TIMEOUT", 30, low=1)

# Cloudflare allows 1,200 calls in 5 minutes for a whole account. The embedded gateway has no limit.
GATEHOUSE_API_BUDGET = environment.rate("GATEHOUSE_API_BUDGET", "off" if GATEWAY_EMBEDDED else "1200/300")

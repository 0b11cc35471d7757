"""Transport and content security: TLS, cookies, headers, and what a request may bring."""

from csp.constants import NONE, SELF

from dashboard import environment

GATEHOUSE_TLS = environment.flag("GATEHOUSE_TLS", default=False)
# What is refused beyond the loopback address: see dashboard/edge.py.
GATEHOUSE_BIND = environment.text("GATEHOUSE_BIND", "127.0.0.1")
GATEHOUSE_URL = environment.text(
    "GATEHOUSE_URL", f"http://{GATEHOUSE_BIND}:{environment.integer('PORT', 8000)}"
).rstrip("/")
GATEHOUSE_PLAIN_HTTP = environment.text("GATEHOUSE_PLAIN_HTTP")
GIVEN_FIRST_PASSWORDS = tuple(
    (name, environment.text(name))
    for name in ("GATEHOUSE_ADMIN_PASSWORD", "GATEHOUSE_ANALYST_PASSWORD", "GATEHOUSE_REVIEWER_PASSWORD")
)
# Behind TLS the prefix has browsers refuse a cookie that a neighbouring host or plain HTTP sets. It needs Secure, so
# without TLS it can't be used.
_HOST = "__Host-" if GATEHOUSE_TLS else ""
SESSION_COOKIE_NAME = f"{_HOST}gatehouse_session"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = GATEHOUSE_TLS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = GATEHOUSE_TLS
# SECURE_HSTS_SECONDS and the others of HSTS. Other hosts of the domain are the operator's to speak for.
vars().update(environment.hsts("GATEHOUSE_HSTS", "31536000") if GATEHOUSE_TLS else {})
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Of whom the fields that a proxy sets are believed; of others they are dropped.
GATEHOUSE_TRUSTED_PROXIES = environment.networks("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8,::1")
if GATEHOUSE_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The audit trail and the limit on failed sign-ins then use the client's IP address that the proxy reports.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# How large a body may be depends on its path (see `dashboard/web_server/body_limits.py`). This is the part of a form
# without its file: 100,000 pasted ids need it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500
DATA_UPLOAD_MAX_NUMBER_FILES = 4

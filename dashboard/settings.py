"""Django settings. Operators configure Gatehouse with environment variables: see `dashboard/environment.py`."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from dashboard import environment
from dashboard.home import home_folder, kept_secret, redis_socket
from dashboard.private_state import FILE, FOLDER, make_private
from dashboard.schedule import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent
GATEHOUSE_HOME = home_folder()
# Whatever this process writes is for its own user alone, wherever the settings are loaded.
make_private(GATEHOUSE_HOME)
FILE_UPLOAD_PERMISSIONS = FILE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = FOLDER

GATEHOUSE_FREE_BYTES = environment.integer("GATEHOUSE_FREE_BYTES", 256 * 1024 * 1024, low=0, high=2**45)

SECRET_KEY = environment.text("SECRET_KEY") or kept_secret(GATEHOUSE_HOME, "secret_key")
DEBUG = environment.flag("DEBUG", default=False)
ALLOWED_HOSTS = environment.listing("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.listing("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "heroicons",
    "dashboard",
    "dashboard.account_links",
    "dashboard.people",
    "dashboard.overview",
    "investigate",
    "investigate.reviews",
    "settings_admin",
    "gateway",
]

MIDDLEWARE = [
    "dashboard.middleware.TrustedProxiesMiddleware",
    "dashboard.middleware.RequestIdMiddleware",
    "dashboard.middleware.MetricsMiddleware",
    "dashboard.middleware.EdgeHeadersMiddleware",
    "dashboard.middleware.BodySizeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.middleware.TimezoneMiddleware",
    "dashboard.rights.guard.RightsMiddleware",
    "dashboard.people.gates.SignInGatesMiddleware",
    "dashboard.middleware.ApiErrorMiddleware",
]

ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
            "builtins": ["django.templatetags.static"],
        },
    },
]

# --- Databases: one for the console and one for the gateway. See docs/decisions/0001-two-databases.md.


def _database(variable: str, file_name: str) -> dict[str, Any]:
    """Return Django's settings for the database URL in `variable`, or for an SQLite file in GATEHOUSE_HOME."""
    url = environment.text(variable)
    config: dict[str, Any] = dict(dj_database_url.parse(url)) if url else {}
    if not config:
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": GATEHOUSE_HOME / file_name}
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
    config["CONN_MAX_AGE"] = None
    return config


DATABASES = {
    "default": _database("DATABASE_URL", "console.sqlite3"),
    "gateway": _database("GATEWAY_DATABASE_URL", "gateway.sqlite3"),
}
DATABASE_ROUTERS = ["dashboard.routers.AppRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The API: the embedded gateway in this process, unless the environment configures another API.

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

# Whoever tries a copy out on their own machine, and scripts there, read the first passwords from run.json. Where others
# reach the console, none is kept, whatever this says: see dashboard/edge.py.
GATEHOUSE_FIRST_PASSWORDS = environment.choice("GATEHOUSE_FIRST_PASSWORDS", "keep", ("keep", "change"))
GATEHOUSE_ASK_REASON = environment.flag("GATEHOUSE_ASK_REASON", default=False)
# --- The audit trail. See docs/decisions/0011-the-audit-chain.md.

# Digests of personal fields and the seals of the chain are made with this key, which is not in the database.
GATEHOUSE_AUDIT_KEY = environment.text("GATEHOUSE_AUDIT_KEY") or kept_secret(GATEHOUSE_HOME, "audit_key")
GATEHOUSE_TRUST_REQUEST_ID = environment.flag("GATEHOUSE_TRUST_REQUEST_ID", default=False)
# Dotted path of a class that records what API tokens do (see gateway/trail.py), or empty.
GATEWAY_TRAIL = "dashboard.audit.api_use.ApiTrail"
# Dotted path of the function that knows a client's address behind proxies, or empty (see gateway/api/callers.py).
GATEWAY_CLIENT_ADDRESS = "dashboard.audit.actor.client_address"

# --- Retention, in days; 0 keeps for ever. See docs/decisions/0020-kept-as-long-as-asked.md.

_CENTURY = 36_500
GATEWAY_MAIL_DAYS = environment.integer("GATEWAY_MAIL_DAYS", 0, high=_CENTURY)
GATEWAY_PREVIEW_DAYS = environment.integer("GATEWAY_PREVIEW_DAYS", 30, high=_CENTURY)
GATEHOUSE_JOB_DAYS = environment.integer("GATEHOUSE_JOB_DAYS", 365, high=_CENTURY)
GATEHOUSE_EXPORT_DAYS = environment.integer("GATEHOUSE_EXPORT_DAYS", 7, low=1, high=_CENTURY)
GATEHOUSE_REVIEW_DAYS = environment.integer("GATEHOUSE_REVIEW_DAYS", 365, high=_CENTURY)
GATEHOUSE_POLICY_RUN_DAYS = environment.integer("GATEHOUSE_POLICY_RUN_DAYS", 365, high=_CENTURY)
GATEHOUSE_AUDIT_DAYS = environment.integer("GATEHOUSE_AUDIT_DAYS", 0, high=_CENTURY)

# --- The gateway.

GATEWAY_ACCOUNT_ID = CLOUDFLARE_ACCOUNT_ID
GATEHOUSE_SAMPLE_MAIL = environment.flag("GATEHOUSE_SAMPLE_MAIL", default=True)
GATEWAY_MAILBOXES = GATEHOUSE_HOME / "mailboxes"
GATEWAY_TRUSTED_AUTHSERV_IDS = environment.listing("GATEWAY_TRUSTED_AUTHSERV_IDS")
GATEWAY_REPORT_ADDRESSES = environment.listing("GATEWAY_REPORT_ADDRESSES")
GATEWAY_RELAY_NETWORKS = environment.networks("GATEWAY_RELAY_NETWORKS")
GATEWAY_SMTP_CONNECTIONS = environment.integer("GATEWAY_SMTP_CONNECTIONS", 200, low=2, high=10_000)
GATEWAY_SMTP_CONNECTIONS_PER_PEER = environment.integer("GATEWAY_SMTP_CONNECTIONS_PER_PEER", 20, low=1, high=10_000)
GATEWAY_SMTP_SPOOL_BYTES = environment.integer("GATEWAY_SMTP_SPOOL_BYTES", 512 * 1024 * 1024, low=1024, high=2**45)
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
CHROMIUM = environment.text("CHROMIUM")
GATEWAY_PREVIEW_SECONDS = environment.integer("GATEWAY_PREVIEW_SECONDS", 10, low=1, high=120)
# What the gateway's renderer and the API tell each other in Redis lies under these keys; the health check reads one.
GATEWAY_PREVIEW_KEYS = f"gatehouse:{GATEWAY_ACCOUNT_ID}:preview"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": GATEHOUSE_HOME}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "raw_mail": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": GATEHOUSE_HOME / "raw"},
    },
    "previews": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": GATEHOUSE_HOME / "previews"},
    },
}

# --- Redis and Celery. docs/operations.md explains why each of these is set.

REDIS_SOCKET = redis_socket(GATEHOUSE_HOME)
REDIS_URL = environment.text("REDIS_URL") or f"unix://{REDIS_SOCKET}?db=0"


def _broker_url(url: str) -> str:
    """Return a Redis URL in Celery's format: kombu has its own format for a unix socket and its database."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = next((part[3:] for part in query.split("&") if part.startswith("db=")), "0")
    return f"redis+socket://{path}?virtual_host={number}"


CELERY_BROKER_URL = _broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(GATEHOUSE_HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = beat_schedule(lease=GATEHOUSE_JOB_LEASE, embedded=GATEWAY_EMBEDDED)

# --- Sign-in.

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# scrypt is memory-hard, and a sign-in takes a tenth of the time that PBKDF2 takes.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "dashboard.people.password_words.CommonWordsValidator"},
    {"NAME": "dashboard.people.password_words.AnotherPasswordValidator"},
]
GATEHOUSE_PASSWORD_WORDS = environment.listing("GATEHOUSE_PASSWORD_WORDS")
ACCOUNT_ADAPTER = "dashboard.people.adapter.ConsoleAccountAdapter"
ACCOUNT_FORMS = {"login": "dashboard.people.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Guessed passwords are counted in dashboard/people/lockout.py. allauth's limits of sign-ins by address would lock out
# everybody behind one address; what is left of them is for guessing second factors, which takes the password.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# EMAIL_BACKEND and the other EMAIL_* settings of the mail server.
vars().update(environment.mail_server("EMAIL_URL"))
GATEHOUSE_SENDS_MAIL = bool(environment.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = environment.text("GATEHOUSE_MAIL_FROM", "gatehouse@localhost")
GATEHOUSE_URL = environment.text(
    "GATEHOUSE_URL", f"http://{environment.text('GATEHOUSE_BIND', '127.0.0.1')}:{environment.integer('PORT', 8000)}"
).rstrip("/")
# Failed sign-ins are counted in the cache, so all web processes must share it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 2},
    },
    # Where failed sign-ins are counted while Redis can't be reached.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}
MFA_ADAPTER = "dashboard.people.second_factors.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Gatehouse"
# Clocks are off by some seconds, and people type slowly: the code before and after counts too (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
# The table of rights says where the password is asked for again, for these pages too.
MFA_REAUTHENTICATION_REQUIRED = False
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
GATEHOUSE_REQUIRE_SECOND_FACTOR = environment.choices(
    "GATEHOUSE_REQUIRE_SECOND_FACTOR", ("read_only", "reviewer", "analyst", "policy_admin", "admin")
)
# Single sign-on. Without an issuer there is no provider, and its addresses are answered with 404.
GATEHOUSE_OIDC_ISSUER = environment.secure_url("GATEHOUSE_OIDC_ISSUER")
GATEHOUSE_OIDC_NAME = environment.text("GATEHOUSE_OIDC_NAME", "your organisation")
GATEHOUSE_OIDC_GROUPS_CLAIM = environment.text("GATEHOUSE_OIDC_GROUPS_CLAIM", "groups")
GATEHOUSE_OIDC_ROLES = environment.mapping(
    "GATEHOUSE_OIDC_ROLES", ("read_only", "reviewer", "analyst", "policy_admin", "admin")
)
GATEHOUSE_OIDC_ONLY = environment.flag("GATEHOUSE_OIDC_ONLY", default=False) and bool(GATEHOUSE_OIDC_ISSUER)
SOCIALACCOUNT_ADAPTER = "dashboard.people.single_sign_on.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": GATEHOUSE_OIDC_NAME,
                "client_id": environment.text("GATEHOUSE_OIDC_CLIENT_ID"),
                "secret": environment.text("GATEHOUSE_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": GATEHOUSE_OIDC_ISSUER},
            }
        ]
        if GATEHOUSE_OIDC_ISSUER
        else [],
    }
}
SESSION_ENGINE = "dashboard.people.session_store"
SESSION_IDLE_SECONDS = environment.integer("GATEHOUSE_SESSION_IDLE_MINUTES", 60, low=1, high=60 * 24 * 31) * 60
SESSION_COOKIE_AGE = environment.integer("GATEHOUSE_SESSION_HOURS", 12, low=1, high=24 * 31) * 3600
ACCOUNT_REAUTHENTICATION_TIMEOUT = (
    environment.integer("GATEHOUSE_REAUTHENTICATION_MINUTES", 15, low=1, high=24 * 60) * 60
)

# --- Transport and content security.

GATEHOUSE_TLS = environment.flag("GATEHOUSE_TLS", default=False)
# What is refused beyond the loopback address: see dashboard/edge.py.
GATEHOUSE_BIND = environment.text("GATEHOUSE_BIND", "127.0.0.1")
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

# --- Language, time, static files, logging.

GATEHOUSE_METRICS_PORT = environment.integer("GATEHOUSE_METRICS_PORT", 0, low=0, high=65535)
if GATEHOUSE_METRICS_PORT:
    environment.share_metrics(GATEHOUSE_HOME / "metrics")
# Dotted paths of collectors that are asked at each scrape.
METRICS_COLLECTORS = ["dashboard.metrics.state.StateCollector"]
if GATEWAY_EMBEDDED:
    METRICS_COLLECTORS.append("gateway.preview.metrics.RendererCollector")
GATEHOUSE_METRICS_BIND = environment.text("GATEHOUSE_METRICS_BIND", "127.0.0.1")
GATEHOUSE_LOG_BYTES = environment.integer("GATEHOUSE_LOG_BYTES", 20 * 1024 * 1024, low=64 * 1024)
GATEHOUSE_LOG_DAYS = environment.integer("GATEHOUSE_LOG_DAYS", 30, high=_CENTURY)
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = GATEHOUSE_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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

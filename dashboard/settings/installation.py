"""The home, the keys, and the parts that Django is made of."""

from pathlib import Path
from typing import Any

from dashboard import environment
from dashboard.home import home_folder, kept_secret
from dashboard.private_state import FILE, FOLDER, make_private

BASE_DIR = Path(__file__).resolve().parents[2]
GATEHOUSE_HOME = home_folder()
# Whatever this process writes is for its own user alone, wherever the settings are loaded.
make_private(GATEHOUSE_HOME)
FILE_UPLOAD_PERMISSIONS = FILE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = FOLDER

GATEHOUSE_FREE_BYTES = environment.integer("GATEHOUSE_FREE_BYTES", 256 * 1024 * 1024, low=0, high=2**45)

# A backup holds this lock, and retention deletes nothing meanwhile.
GATEHOUSE_BACKUP_LOCK = GATEHOUSE_HOME / "backup.lock"
# While this file is there, which a restore writes, nothing that waits to leave is sent.
GATEHOUSE_QUEUES_HELD = GATEHOUSE_HOME / "restored.json"

SECRET_KEY = environment.text("SECRET_KEY") or kept_secret(GATEHOUSE_HOME, "secret_key")
SECRET_KEY_FALLBACKS = environment.listing("SECRET_KEY_FALLBACKS")
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
    "dashboard",
    "dashboard.account_links",
    "dashboard.people",
    "dashboard.overview",
    "dashboard.outbox",
    "dashboard.weekly_report",
    "investigate",
    "investigate.reviews",
    "investigate.campaigns",
    "investigate.automations",
    "investigate.alerts",
    "investigate.reporter_answers",
    "investigate.event_export",
    "investigate.digests",
    "investigate.release_requests",
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
    "dashboard.middleware.JustActedMiddleware",
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
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "dashboard.template_loaders.FilesystemLoader",
                        "dashboard.template_loaders.AppDirectoriesLoader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
            "builtins": ["django.templatetags.static"],
            # Under the package's name: the same tags, which refer to one file instead of drawing each icon in place.
            "libraries": {"heroicons": "dashboard.templatetags.icons"},
        },
    },
]


LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = GATEHOUSE_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dashboard.icons.finder.IconFinder",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# How long a process keeps the counts of the navigation.
GATEHOUSE_BADGE_SECONDS = 3

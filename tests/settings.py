"""Settings of the tests: the project's own, in a home of their own."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="gatehouse-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["GATEHOUSE_HOME"] = _home
for _name in ("CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "DEBUG", "GATEHOUSE_TLS"):
    os.environ.pop(_name, None)

from dashboard.settings import *  # noqa: E402, F403 - the environment has to be set first; settings are a flat namespace
from dashboard.settings import STORAGES  # noqa: E402 - see above

CELERY_BROKER_URL = "memory://"
# Nobody listens there: what one test leaves in a shared Redis, such as a pause, is not for others.
REDIS_URL = f"unix://{_home}/nobody.sock?db=0"
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "process")
}
# Tests name the token that the console uses, and call as often as they like.
GATEHOUSE_API_TOKEN_FILE = None
GATEWAY_RATE_LIMIT = None
# No test asks the name servers of the machine; those about DNS name a server of their own.
GATEWAY_DNS = "off"
# Each page of a test counts anew, but where the tests of badges say otherwise.
GATEHOUSE_BADGE_SECONDS = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True

# SQLite in memory shares one cache among threads and locks in ways that files don't: test on what people run.
for _alias, _database in DATABASES.items():  # noqa: F405 - from the star import above
    if "sqlite" in _database["ENGINE"]:
        _database["TEST"] = {"NAME": os.path.join(_home, f"test-{_alias}.sqlite3")}
        _database["OPTIONS"] = _database["OPTIONS"] | {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        }
    _database["CONN_MAX_AGE"] = 0

"""One database for the console and one for the gateway. See docs/decisions/0001-two-databases.md."""

from typing import Any

import dj_database_url

from dashboard import environment
from dashboard.settings.installation import GATEHOUSE_HOME

# Checkpoints wait for 16 MB of log: a write that has to carry one out takes long.
_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000;"


def _database(variable: str, file_name: str) -> dict[str, Any]:
    """Return Django's settings for the database URL in `variable`, or for an SQLite file in GATEHOUSE_HOME."""
    url = environment.text(variable)
    config: dict[str, Any] = dict(dj_database_url.parse(url)) if url else {}
    if not config:
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": GATEHOUSE_HOME / file_name}
    if config["ENGINE"].endswith("sqlite3"):
        config["ENGINE"] = "dashboard.sqlite_in_turns"
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE}
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

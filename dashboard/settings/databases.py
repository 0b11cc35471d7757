"""One database for the console and one for the gateway. See docs/decisions/0001-two-databases.md."""

from typing import Any

import dj_database_url

from dashboard import environment
from dashboard.settings.installation import GATEHOUSE_HOME

# Checkpoints wait for 16 MB of log: a write that has to carry one out takes long.
_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000;"

# A host that loses its power closes no connection. Either side notices after half a minute: what such a host had locked
# in PostgreSQL is free then, and who waits for a server that is gone is told.
_NOTICED = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000}
_NOTICED_BY_SERVER = {f"tcp_{name}" if name.startswith("keep") else name: value for name, value in _NOTICED.items()}
_POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 10,
    **_NOTICED,
    "options": " ".join(f"-c {name}={value}" for name, value in _NOTICED_BY_SERVER.items()),
}


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
        config["OPTIONS"] = _POSTGRESQL | config.get("OPTIONS", {})
    config["CONN_MAX_AGE"] = None
    return config


DATABASES = {
    "default": _database("DATABASE_URL", "console.sqlite3"),
    "gateway": _database("GATEWAY_DATABASE_URL", "gateway.sqlite3"),
}
if environment.text("GATEWAY_REPLICA_DATABASE_URL"):
    DATABASES["gateway_replica"] = _database("GATEWAY_REPLICA_DATABASE_URL", "") | {"TEST": {"MIRROR": "gateway"}}
    if {DATABASES[name]["ENGINE"].rpartition(".")[2] for name in ("gateway", "gateway_replica")} != {"postgresql"}:
        raise ValueError("GATEWAY_REPLICA_DATABASE_URL names a replica of GATEWAY_DATABASE_URL, both PostgreSQL")
GATEWAY_REPLICA_WAIT = environment.integer("GATEWAY_REPLICA_WAIT", 100, low=0, high=10_000)
DATABASE_ROUTERS = ["dashboard.routers.AppRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

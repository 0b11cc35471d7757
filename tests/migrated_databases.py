"""Databases on which all migrations ran: made once for each state of the migrations, then copied.

To run all migrations takes ten seconds of processor, which each process of pytest and each stack of the tests would
spend. The first who needs databases makes them, with `manage.py migrate`, so a clean checkout runs the migrations once;
the others wait for it. SQLite's are kept in .artifacts/migrated, PostgreSQL's on the server, beside the database that
the URL names. What is kept is known by a hash of all that the migrations read.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".artifacts" / "migrated"
FILES = {"default": "console.sqlite3", "gateway": "gateway.sqlite3"}
URLS = {"default": "DATABASE_URL", "gateway": "GATEWAY_DATABASE_URL"}
READ_BY_MIGRATIONS = (
    "requirements.lock",
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "dashboard/audit/chain/*.py",
    "dashboard/settings/*.py",
)
_TURN = 7_061_986
"""The number of PostgreSQL's lock under which one process at a time makes or copies databases."""


@cache
def state_of_migrations() -> str:
    """Return a short hash of the files that say what `migrate` does."""
    seen = hashlib.sha256(sys.version.encode())
    for path in sorted(path for pattern in READ_BY_MIGRATIONS for path in ROOT.glob(pattern)):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode())
        seen.update(content)
    return seen.hexdigest()[:12]


def copy_files(places: Mapping[str, Path]) -> None:
    """Put a copy of each named database's SQLite file into its place."""
    made = _files()
    for alias, place in places.items():
        place.unlink(missing_ok=True)
        shutil.copyfile(made / FILES[alias], place)
        place.chmod(0o600)


def _files() -> Path:
    """Return the folder of the files, which are made if they aren't there."""
    made = KEPT / state_of_migrations()
    with _alone():
        if not made.exists():
            for older in KEPT.iterdir():
                if older.is_dir():
                    shutil.rmtree(older)
            with _empty_home(KEPT) as home:
                _migrate({alias: {"GATEHOUSE_HOME": str(home)} for alias in FILES})
                draft = home / "made"
                draft.mkdir()
                for name in FILES.values():
                    with closing(sqlite3.connect(home / name)) as database:
                        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    (home / name).rename(draft / name)
                draft.rename(made)
    return made


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes of this checkout waiting."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def create_databases(kept_beside: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Create PostgreSQL databases of these names, by alias, as copies.

    What is copied is kept beside the databases of these URLs, on whose server the new ones are made as well.
    """
    for alias, url in kept_beside.items():
        prefix = f"{urlsplit(url).path.strip('/')}_migrated_"
        made = prefix + state_of_migrations()
        with administering(url) as server:
            server.execute("SELECT pg_advisory_lock(%s)", [_TURN])
            found = server.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
            ).fetchall()
            if (made,) not in found:
                for (older,) in found:
                    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(older)))
                _make(server, url, alias, made)
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(copy.format(sql.Identifier(names[alias]), sql.Identifier(made)))


def _make(server: psycopg.Connection, url: str, alias: str, name: str) -> None:
    """Make the database that is copied. It has another name until it is whole."""
    draft = f"{name}_draft"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    with _empty_home() as home:
        at = urlunsplit(urlsplit(url)._replace(path=f"/{draft}"))
        _migrate({alias: {"GATEHOUSE_HOME": str(home), URLS[alias]: at}})
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


@contextmanager
def administering(url: str) -> Iterator[psycopg.Connection]:
    """Yield a connection to the server of a database's URL, outside of any transaction."""
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        yield connection


@contextmanager
def _empty_home(folder: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as home:
        yield Path(home)


def _migrate(environments: Mapping[str, Mapping[str, str]]) -> None:
    """Run all migrations of each alias with its environment, at the same time."""
    inherited = {name: value for name, value in os.environ.items() if name not in URLS.values()}
    running = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--database", alias, "--verbosity", "0"],
            cwd=ROOT,
            env=inherited | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for alias, environment in environments.items()
    ]
    said = [(process.communicate()[0], process.returncode) for process in running]
    assert not any(code for _, code in said), said

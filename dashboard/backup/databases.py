"""The two databases: copied as one state of each while others write, and put back into empty ones."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from dashboard.backup.errors import ArchiveDamaged, BackupError
from dashboard.backup.postgresql import missing, require_new_enough, run_program

_PAGES = 4096


def aliases() -> list[str]:
    """Return the databases of this installation in the order of a backup: the console's, then the gateway's.

    What the console says was done is then in the gateway's copy too.
    """
    return ["default", "gateway"] if settings.GATEWAY_EMBEDDED else ["default"]


def vendor(alias: str) -> str:
    """Return `sqlite` or `postgresql`."""
    return str(connections[alias].vendor)


def migrations_of(alias: str) -> list[str]:
    """Return the names of the migrations that the database has had, such as `gateway.0001_initial`.

    :raises BackupError: it can't be read.
    """
    if is_empty(alias):
        raise BackupError(f"The database {alias} is empty: there is nothing to back up.")
    try:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
    except DatabaseError as error:
        raise BackupError(f"The database {alias} can't be read: {_first_line(error)}") from error
    return sorted(f"{app}.{name}" for app, name in applied)


def unknown_migrations(names: list[str]) -> list[str]:
    """Return those that this version does not know: another version, a newer one, has made them."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ()}
    return sorted(set(names) - known)


def size_of(alias: str) -> int:
    """Return about how many bytes the copy of a database needs."""
    if vendor(alias) == "sqlite":
        path = _sqlite_path(alias)
        return sum(place.stat().st_size for place in (path, Path(f"{path}-wal")) if place.exists())
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def dump(alias: str, target: Path, tell: Callable[[int, int], None]) -> None:
    """Copy the database, as it is at one moment, into the file. `tell` hears of pages done and all pages (SQLite).

    :raises BackupError: the program `pg_dump` is missing, is older than the server, or failed.
    """
    if vendor(alias) == "sqlite":
        _dump_sqlite(_sqlite_path(alias), target, tell)
    else:
        require_new_enough(alias)
        run_program(alias, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def _dump_sqlite(source_path: Path, target_path: Path, tell: Callable[[int, int], None]) -> None:
    source = sqlite3.connect(f"file:{quote(str(source_path))}?mode=rw", uri=True, timeout=60, isolation_level=None)
    target = sqlite3.connect(target_path)
    try:
        # With a transaction of its own the copy is of one moment, and writers don't make it begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=_PAGES, progress=lambda _status, left, count: tell(count - left, count))
    finally:
        target.close()
        source.close()


def is_empty(alias: str) -> bool:
    """Return whether the database has no tables.

    :raises BackupError: it can't be reached.
    """
    if vendor(alias) == "sqlite":
        path = _sqlite_path(alias)
        return not (path.exists() and path.stat().st_size)
    try:
        return not connections[alias].introspection.table_names()
    except DatabaseError as error:
        raise BackupError(f"The database {alias} can't be reached: {_first_line(error)}") from error


def require_empty(alias: str) -> None:
    """Raise BackupError if the database has tables, or nothing could be restored into it."""
    if not is_empty(alias):
        name = connections[alias].settings_dict["NAME"]
        raise BackupError(f"The database {name} has tables. A restore needs an empty one, and overwrites nothing.")
    if vendor(alias) != "sqlite" and shutil.which("pg_restore") is None:
        raise BackupError(missing("pg_restore"))


def check_copy(alias: str, copy: Path) -> None:
    """Raise ArchiveDamaged if the copy of an SQLite database is not in order."""
    if vendor(alias) != "sqlite":
        return
    connection = sqlite3.connect(copy)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise ArchiveDamaged(f"The copy of the database {alias} can't be read: {error}") from error
    finally:
        connection.close()
    if found != ("ok",):
        raise ArchiveDamaged(f"The copy of the database {alias} is damaged.")


def load(alias: str, copy: Path) -> None:
    """Put the copy in place, whole or not at all: a file is renamed, PostgreSQL restores in one transaction.

    :raises BackupError: `pg_restore` failed.
    """
    if vendor(alias) == "sqlite":
        path = _sqlite_path(alias)
        draft = path.with_name(f".{path.name}.restoring")
        shutil.move(copy, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    else:
        name = str(connections[alias].settings_dict["NAME"])
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name}"]
        run_program(alias, "pg_restore", [*options, str(copy)], names_database=False)


def forget_sqlite(alias: str) -> None:
    """Remove an SQLite database that an interrupted restore had put in place."""
    if vendor(alias) == "sqlite":
        connections[alias].close()
        path = _sqlite_path(alias)
        for place in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), path.with_name(f".{path.name}.restoring")):
            place.unlink(missing_ok=True)


def _sqlite_path(alias: str) -> Path:
    return Path(connections[alias].settings_dict["NAME"])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

"""PostgreSQL's own programs, which copy a database and put it back."""

import os
import re
import shutil
import subprocess
from typing import Any

from django.db import connections
from django.db.backends.postgresql.client import DatabaseClient

from dashboard.backup.errors import BackupError

_LONGEST_REASON = 500


def require_new_enough(alias: str) -> None:
    """Raise BackupError if pg_dump is missing, or older than the server of the database."""
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupError(missing("pg_dump"))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", said.strip())
    connection = connections[alias]
    connection.ensure_connection()
    server = connection.connection.info.server_version // 10000
    if found and int(found[1]) < server:
        raise BackupError(f"pg_dump {found[1]} is older than the server, PostgreSQL {server}: install that version's.")


def missing(program: str) -> str:
    """Return the sentence that says how to get the program."""
    return f"{program} is not installed (Debian: postgresql-client), which a PostgreSQL database needs."


def run_program(alias: str, program: str, options: list[str], *, names_database: bool = True) -> None:
    """Run a program of PostgreSQL on the database. The password is in its environment, where other users don't see it.

    :raises BackupError: it failed; the message quotes what it said.
    """
    facts: dict[str, Any] = connections[alias].settings_dict
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(facts, [])
    # The arguments of psql: its name, how to connect, and the database's name at the end.
    connecting = [*arguments[1:-1], "--no-password"]
    database = [f"--dbname={arguments[-1]}"] if names_database else []
    done = subprocess.run(  # noqa: S603 - the program's name is from this project and runs without a shell
        [shutil.which(program) or program, *connecting, *database, *options],
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} failed for the database {alias}: {done.stderr.strip()[:_LONGEST_REASON]}")

"""Django's SQLite backend, but that writers take turns instead of waiting for each other in growing pauses.

SQLite lets whoever finds the database locked sleep, longer each time and up to a tenth of a second, while others come
and go: with eight writers, each waits for most of the time although the database is idle. Here the threads of a process
stand in line for its one turn, and only the first of them asks for SQLite's lock, every few milliseconds.
"""

import random
import sqlite3
import time
from typing import Any, Final

from django.db.backends.sqlite3 import base

from dashboard.sqlite_in_turns.turns import Turn, turn_of

LONGEST_WAIT: Final = 20.0
"""Seconds after which a write fails since the database is locked."""
_PAUSE: Final = 0.002
_BEGIN: Final = "BEGIN IMMEDIATE"
_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that has its process's turn while it is in a transaction, or carries out a write outside of one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turn: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            self._begin()
        except BaseException:
            self.give_turn_back()
            raise

    def _begin(self) -> None:
        """Begin a transaction that may write. Whatever goes wrong on the way, none is left open."""
        self.ensure_connection()
        connection: sqlite3.Connection = self.connection
        with self.wrap_database_errors:
            try:
                connection.execute("PRAGMA busy_timeout = 0")
                _begin_soon(connection)
                connection.execute(f"PRAGMA busy_timeout = {int(LONGEST_WAIT * 1000)}")
            except BaseException:
                connection.rollback()
                connection.execute(f"PRAGMA busy_timeout = {int(LONGEST_WAIT * 1000)}")
                raise

    def take_turn(self) -> None:
        """Wait until no other connection of this process writes, 20 seconds at most."""
        turn = turn_of(self.settings_dict["NAME"])
        if turn.take():
            self._turn = turn

    def give_turn_back(self) -> None:
        """Let the next connection write, if this one has the turn."""
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.give_back()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self.give_turn_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.give_turn_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.give_turn_back()

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Return a cursor whose writes outside of transactions take turns too."""
        cursor: Any = self.connection.cursor(factory=_Cursor)
        cursor.wrapper = self
        return cursor


class _Cursor(base.SQLiteCursorWrapper):
    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not query.startswith(_WRITES):
            return super().execute(query, params)
        self.wrapper.take_turn()
        try:
            return super().execute(query, params)
        finally:
            self.wrapper.give_turn_back()


def _begin_soon(connection: sqlite3.Connection) -> None:
    ends = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            connection.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(_PAUSE * (0.5 + random.random()))  # noqa: S311 - a pause, not a secret
        else:
            return

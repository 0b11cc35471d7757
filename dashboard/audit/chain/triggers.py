"""Database triggers that make the audit trail append-only, on SQLite and PostgreSQL.

They are installed after each `migrate`, since SQLite loses a table's triggers when a migration rebuilds it. They stop
mistakes and whoever reaches the database through the application; who owns the database can drop them, and then the
chain tells what was changed.

Allowed changes of a row are two: it gets its place in the chain once, and its personal values may be emptied.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "dashboard_auditentry"
TRIGGERS = ("audit_never_changed", "audit_never_deleted", "audit_only_appended")
_SEALED = ("position", "hash", "mac")
_EMPTIED = {"user_id": "NULL", "username": "''", "ip": "NULL", "user_agent": "''", "object_id": "''"}
_REFUSED = "The audit trail is append-only."


def install(*, using: str = "default") -> None:
    """Install the triggers anew. A database from before the chain is left alone."""
    connection = connections[using]
    columns = _columns(connection)
    if "position" not in columns:
        return
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, columns):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, so that a test may empty the table, or a migration change rows."""
    with connection.cursor() as cursor:
        for name in (*TRIGGERS, "audit_never_emptied"):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif TABLE in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be there and are not, or were turned off."""
    wanted = set(TRIGGERS) | ({"audit_never_emptied"} if connection.vendor == "postgresql" else set())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')", [TABLE]
            )
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def _columns(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        return [column.name for column in connection.introspection.get_table_description(cursor, TABLE)]


def _statements(vendor: str, columns: list[str]) -> list[str]:
    refused = f"NOT ({_is_sealing(vendor, columns)} OR {_is_erasing(vendor, columns)})"
    if vendor == "sqlite":
        stop = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        # `INSERT OR REPLACE` deletes without firing a trigger for it, so an insert must not meet a row.
        meets = f'NEW."position" IS NOT NULL OR EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)'  # noqa: S608 - constants
        return [
            f"CREATE TRIGGER audit_never_changed BEFORE UPDATE ON {TABLE} WHEN {refused} {stop}",
            f"CREATE TRIGGER audit_never_deleted BEFORE DELETE ON {TABLE} {stop}",
            f"CREATE TRIGGER audit_only_appended BEFORE INSERT ON {TABLE} WHEN {meets} {stop}",
        ]
    call = "EXECUTE FUNCTION gatehouse_audit_refuse()"
    return [
        "CREATE OR REPLACE FUNCTION gatehouse_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
        f"CREATE OR REPLACE FUNCTION gatehouse_audit_is_refused(OLD {TABLE}, NEW {TABLE}) RETURNS boolean "
        f"LANGUAGE sql STABLE AS $$ SELECT {refused} $$",
        f"CREATE TRIGGER audit_never_changed BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN (gatehouse_audit_is_refused(OLD, NEW)) {call}",
        f"CREATE TRIGGER audit_never_deleted BEFORE DELETE ON {TABLE} FOR EACH ROW {call}",
        f"CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {call}",
        f"CREATE TRIGGER audit_only_appended BEFORE INSERT ON {TABLE} FOR EACH ROW "
        f'WHEN (NEW."position" IS NOT NULL) {call}',
    ]


def _is_sealing(vendor: str, columns: list[str]) -> str:
    """Return the condition that an update gives a row its place in the chain, and changes nothing else."""
    same = [_same(vendor, name) for name in columns if name not in _SEALED]
    return "(" + " AND ".join(['OLD."position" IS NULL', 'NEW."position" IS NOT NULL', *same]) + ")"


def _is_erasing(vendor: str, columns: list[str]) -> str:
    """Return the condition that an update empties personal values, and changes nothing else."""
    same = [_same(vendor, name) for name in columns if name not in _EMPTIED and name != "detail"]
    emptied = [_same_or_empty(vendor, name, empty) for name, empty in _EMPTIED.items()]
    return "(" + " AND ".join([*same, *emptied, _detail(vendor)]) + ")"


def _same_or_empty(vendor: str, name: str, empty: str) -> str:
    emptied = _is(vendor, f'NEW."{name}"', empty)
    return f"({_same(vendor, name)} OR {emptied})"


def _detail(vendor: str) -> str:
    """Return the condition that each key of `detail` keeps its value or has null, and that no key comes or goes."""
    if vendor == "sqlite":
        keys = "(SELECT group_concat(key, char(10)) FROM (SELECT key FROM json_each({0}.detail) ORDER BY key))"
        changed = (
            "SELECT 1 FROM json_each(NEW.detail) AS n JOIN json_each(OLD.detail) AS o ON o.key = n.key"
            " WHERE n.type <> 'null' AND (n.type IS NOT o.type OR n.value IS NOT o.value)"
        )
        return f"({keys.format('NEW')} IS {keys.format('OLD')} AND NOT EXISTS ({changed}))"
    keys = "(SELECT array_agg(key ORDER BY key) FROM jsonb_each({0}.detail))"
    changed = (
        "SELECT 1 FROM jsonb_each(NEW.detail) AS n JOIN jsonb_each(OLD.detail) AS o ON o.key = n.key"
        " WHERE n.value <> 'null'::jsonb AND n.value IS DISTINCT FROM o.value"
    )
    return f"({keys.format('NEW')} IS NOT DISTINCT FROM {keys.format('OLD')} AND NOT EXISTS ({changed}))"


def _same(vendor: str, name: str) -> str:
    return _is(vendor, f'NEW."{name}"', f'OLD."{name}"')


def _is(vendor: str, left: str, right: str) -> str:
    return f"{left} IS {right}" if vendor == "sqlite" else f"{left} IS NOT DISTINCT FROM {right}"

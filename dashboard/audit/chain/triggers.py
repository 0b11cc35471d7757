"""Database triggers that make the audit trail append-only, on SQLite and PostgreSQL.

They are installed after each `migrate`, since SQLite loses a table's triggers when a migration rebuilds it. They stop
mistakes and whoever reaches the database through the application; who owns the database can drop them, and then the
chain tells what was changed.

Allowed changes of a row are two: it gets its place in the chain once, and its personal values may be emptied. A row may
be deleted if a checkpoint gave it up (see `dashboard/audit/chain/cutting.py`); checkpoints are only added.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "dashboard_auditentry"
CHECKPOINTS = "dashboard_auditcheckpoint"
TRIGGERS = ("audit_never_changed", "audit_never_deleted", "audit_only_appended")
_OF_CHECKPOINTS = ("audit_checkpoint_kept", "audit_checkpoint_not_changed", "audit_checkpoint_added")
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
    has_checkpoints = bool(_columns(connection, CHECKPOINTS))
    statements = _statements(connection.vendor, columns, has_checkpoints=has_checkpoints)
    if has_checkpoints:
        statements += _checkpoint_statements(connection.vendor)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, so that a test may empty the table, or a migration change rows."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table, name in _names("postgresql"):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif table in tables:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be there and are not, or were turned off."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in (TABLE, CHECKPOINTS):
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            else:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')", [table]
                )
            found |= {name for (name,) in cursor.fetchall()}
    return [name for _, name in _names(connection.vendor) if name not in found]


def _names(vendor: str) -> list[tuple[str, str]]:
    """Return all triggers, as tables and names."""
    of_entries, of_checkpoints = list(TRIGGERS), list(_OF_CHECKPOINTS)
    if vendor == "postgresql":
        of_entries.append("audit_never_emptied")
        of_checkpoints.append("audit_checkpoints_never_emptied")
    return [*((TABLE, name) for name in of_entries), *((CHECKPOINTS, name) for name in of_checkpoints)]


def _columns(connection: BaseDatabaseWrapper, table: str = TABLE) -> list[str]:
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return []
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _checkpoint_statements(vendor: str) -> list[str]:
    kept, same, added = _OF_CHECKPOINTS
    # A checkpoint goes forward, and gives up nothing that is younger than itself.
    wrong = f'EXISTS (SELECT 1 FROM {CHECKPOINTS} WHERE position >= NEW.position) OR NEW."before" >= NEW."made_at"'  # noqa: S608 - constants
    if vendor == "sqlite":
        stop = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        return [
            f"CREATE TRIGGER {kept} BEFORE DELETE ON {CHECKPOINTS} {stop}",
            f"CREATE TRIGGER {same} BEFORE UPDATE ON {CHECKPOINTS} {stop}",
            f"CREATE TRIGGER {added} BEFORE INSERT ON {CHECKPOINTS} WHEN {wrong} {stop}",
        ]
    call = "EXECUTE FUNCTION gatehouse_audit_refuse()"
    return [
        "CREATE OR REPLACE FUNCTION gatehouse_audit_checkpoint() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {wrong} THEN RAISE EXCEPTION '{_REFUSED}'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {kept} BEFORE DELETE ON {CHECKPOINTS} FOR EACH ROW {call}",
        f"CREATE TRIGGER {same} BEFORE UPDATE ON {CHECKPOINTS} FOR EACH ROW {call}",
        f"CREATE TRIGGER {added} BEFORE INSERT ON {CHECKPOINTS} FOR EACH ROW "
        "EXECUTE FUNCTION gatehouse_audit_checkpoint()",
        f"CREATE TRIGGER audit_checkpoints_never_emptied BEFORE TRUNCATE ON {CHECKPOINTS} FOR EACH STATEMENT {call}",
    ]


def _statements(vendor: str, columns: list[str], *, has_checkpoints: bool) -> list[str]:
    given_up = (
        f'(OLD."position" IS NOT NULL AND EXISTS (SELECT 1 FROM {CHECKPOINTS} AS c '  # noqa: S608 - constants
        'WHERE c."position" >= OLD."position" AND OLD."at" < c."before"))'
        if has_checkpoints
        else ("0" if vendor == "sqlite" else "FALSE")
    )
    refused = f"NOT ({_is_sealing(vendor, columns)} OR {_is_erasing(vendor, columns)})"
    if vendor == "sqlite":
        stop = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        # `INSERT OR REPLACE` deletes without firing a trigger for it, so an insert must not meet a row.
        meets = f'NEW."position" IS NOT NULL OR EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)'  # noqa: S608 - constants
        return [
            f"CREATE TRIGGER audit_never_changed BEFORE UPDATE ON {TABLE} WHEN {refused} {stop}",
            f"CREATE TRIGGER audit_never_deleted BEFORE DELETE ON {TABLE} WHEN NOT {given_up} {stop}",
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
        "CREATE OR REPLACE FUNCTION gatehouse_audit_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {given_up} THEN RETURN OLD; END IF; RAISE EXCEPTION '{_REFUSED}'; END $$",
        f"CREATE TRIGGER audit_never_deleted BEFORE DELETE ON {TABLE} FOR EACH ROW "
        "EXECUTE FUNCTION gatehouse_audit_refuse_deletion()",
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

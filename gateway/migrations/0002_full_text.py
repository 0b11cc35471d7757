"""The full-text index over MessageIndex: FTS5 kept by triggers on SQLite, GIN indexes on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE gateway_messagefts USING fts5(
        subject, words, keys, content='gateway_messageindex', content_rowid='message_id', tokenize='ascii'
    )""",
    """CREATE TRIGGER gateway_messageindex_insert AFTER INSERT ON gateway_messageindex BEGIN
        INSERT INTO gateway_messagefts(rowid, subject, words, keys)
        VALUES (new.message_id, new.subject, new.words, new.keys);
    END""",
    """CREATE TRIGGER gateway_messageindex_delete AFTER DELETE ON gateway_messageindex BEGIN
        INSERT INTO gateway_messagefts(gateway_messagefts, rowid, subject, words, keys)
        VALUES ('delete', old.message_id, old.subject, old.words, old.keys);
    END""",
    """CREATE TRIGGER gateway_messageindex_update AFTER UPDATE ON gateway_messageindex BEGIN
        INSERT INTO gateway_messagefts(gateway_messagefts, rowid, subject, words, keys)
        VALUES ('delete', old.message_id, old.subject, old.words, old.keys);
        INSERT INTO gateway_messagefts(rowid, subject, words, keys)
        VALUES (new.message_id, new.subject, new.words, new.keys);
    END""",
]
POSTGRESQL = [
    f"CREATE INDEX gateway_messageindex_{column}_gin ON gateway_messageindex "
    f"USING gin (to_tsvector('simple'::regconfig, {column}))"
    for column in ("subject", "words", "keys")
]


def create(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER gateway_messageindex_{name}")
        schema_editor.execute("DROP TABLE gateway_messagefts")
    else:
        for column in ("subject", "words", "keys"):
            schema_editor.execute(f"DROP INDEX gateway_messageindex_{column}_gin")


class Migration(migrations.Migration):
    dependencies = [("gateway", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]

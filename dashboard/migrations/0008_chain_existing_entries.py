"""Put the entries that exist into the hash chain, in the order of their ids.

All entries are sealed in slices of 2,000 with memory for one slice, in one transaction: a migration that is killed
leaves none sealed, and begins again. A million entries take five minutes or so.
"""

import json
import secrets

from django.db import migrations

from dashboard.audit.chain.canonical import GENESIS, chain_hash, digests_of, row_key, seal
from dashboard.audit.chain.rows import chain_key, row_of

SLICE = 2000


def chain(apps, schema_editor):
    connection = schema_editor.connection
    if connection.alias != "default":
        return
    entries = apps.get_model("dashboard", "AuditEntry").objects.using(connection.alias)
    key, after, position, previous = chain_key(), 0, 0, GENESIS
    while rows := list(entries.filter(id__gt=after).order_by("id")[:SLICE]):
        changes = []
        for entry in rows:
            entry.salt = secrets.token_hex(16)
            entry.digests = digests_of(row_of(entry), row_key(key, entry.salt))
            position += 1
            previous = chain_hash(row_of(entry), position, previous)
            changes.append(
                (entry.salt, json.dumps(entry.digests), position, previous, seal(key, previous), entry.pk)
            )
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE dashboard_auditentry SET salt = %s, digests = %s, position = %s, hash = %s, mac = %s"
                " WHERE id = %s",
                changes,
            )
        after = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("dashboard", "0007_audit_chain"),
    ]

    operations = [
        migrations.RunPython(chain, migrations.RunPython.noop, elidable=True),
    ]

"""Create the groups of the three roles."""

from django.db import migrations

ROLES = ["reviewer", "analyst", "admin"]


def create_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0001_audit"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # Going back leaves the groups: people may be in them.
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]

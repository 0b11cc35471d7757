"""No migration since the marked ones stops the code of before: hosts are upgraded one after another.

What has to go, goes in two releases: the first stops using it, the next takes it away, and is named in `EXPECTED`.
"""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.project.side_by_side import why_not

# The last migration of each app before the rule.
MARKED = {
    "account_links": "0002",
    "alerts": "0001",
    "automations": "0002",
    "campaigns": "0002",
    "dashboard": "0017",
    "digests": "0001",
    "event_export": "0001",
    "gateway": "0023",
    "investigate": "0007",
    "outbox": "0001",
    "overview": "0002",
    "people": "0001",
    "release_requests": "0001",
    "reporter_answers": "0001",
    "reviews": "0006",
    "settings_admin": "0005",
    "weekly_report": "0001",
}
# Steps that stop the code of before, and why that is right: (app, migration, number of the step) -> reason.
EXPECTED: dict[tuple[str, str, int], str] = {}


def found(after: dict[str, str]) -> dict[tuple[str, str, int], str]:
    """Return why each step of a migration behind `after` can't run beside the code of before."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state, reasons = ProjectState(), {}
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        app, name = key
        for number, operation in enumerate(loader.graph.nodes[key].operations):
            if app in MARKED and name[:4] > after.get(app, "0000") and (reason := why_not(operation, app, state)):
                reasons[app, name, number] = reason
            operation.state_forwards(app, state)
    return reasons


def test_no_migration_stops_the_code_of_before():
    assert found(MARKED).keys() == EXPECTED.keys(), found(MARKED)


def test_the_rule_finds_what_earlier_migrations_did():
    """Before the rule, columns were dropped, and made without a default in the database."""
    reasons = " ".join(found({}).values())
    assert "rows without" in reasons
    assert "takes something away" in reasons
    newest = {app: f"{int(number) - 1:04}" for app, number in MARKED.items()}
    assert ("gateway", "0023_delivery_notifications", 1) not in found(newest), "it has a default in the database"


def test_all_apps_with_tables_of_their_own_are_marked():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {
        app
        for app, name in loader.disk_migrations
        if loader.disk_migrations[app, name].__module__.split(".")[0]
        in {"dashboard", "gateway", "investigate", "settings_admin"}
    }
    assert ours == MARKED.keys()


def text(**how: object) -> models.CharField:
    return models.CharField(**{"max_length": 20, **how})


SURVIVED = {
    "a field with a default in the database": migrations.AddField("row", "more", text(db_default="")),
    "a field that may be null": migrations.AddField("row", "more", text(null=True)),
    "a longer column": migrations.AlterField("row", "name", text(max_length=40)),
    "a column that may be null": migrations.AlterField("row", "name", text(null=True)),
    "other choices": migrations.AlterField("row", "name", text(choices=[("a", "A")])),
    "a table": migrations.CreateModel("other", [("id", models.AutoField(primary_key=True))]),
    "an index": migrations.AddIndex("row", models.Index(fields=["name"], name="by_name")),
}
STOPPED = {
    "a field with a default of Django's alone": migrations.AddField("row", "more", text(default="")),
    "a field that goes": migrations.RemoveField("row", "name"),
    "a field of another name": migrations.RenameField("row", "name", "title"),
    "a table that goes": migrations.DeleteModel("row"),
    "a table of another name": migrations.RenameModel("row", "line"),
    "a shorter column": migrations.AlterField("row", "name", text(max_length=10)),
    "a column that may not be null": migrations.AlterField("row", "maybe", text()),
    "a column of another type": migrations.AlterField("row", "name", models.TextField()),
    "a column that becomes unique": migrations.AlterField("row", "name", text(unique=True)),
    "a constraint": migrations.AddConstraint("row", models.UniqueConstraint(fields=["name"], name="one_name")),
    "code": migrations.RunPython(migrations.RunPython.noop),
    "SQL": migrations.RunSQL("SELECT 1"),
    "SQL behind a state": migrations.SeparateDatabaseAndState([migrations.RunSQL("SELECT 1")], []),
}


@pytest.mark.parametrize(
    ("step", "survives"), [(name, True) for name in SURVIVED] + [(name, False) for name in STOPPED]
)
def test_what_code_of_before_survives(step, survives):
    before = ProjectState()
    fields = [("id", models.AutoField(primary_key=True)), ("name", text()), ("maybe", text(null=True))]
    before.add_model(ModelState("gateway", "Row", fields))
    assert (why_not({**SURVIVED, **STOPPED}[step], "gateway", before) == "") is survives

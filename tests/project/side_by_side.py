"""Which steps of a migration the code of before survives: it goes on reading and writing while the new code starts."""

from django.db.migrations import operations as known
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, ManyToManyField
from django.db.models.fields import NOT_PROVIDED

# Of these, code that does not know them sees nothing.
_HARMLESS = (
    known.CreateModel,
    known.AddIndex,
    known.RemoveIndex,
    known.RenameIndex,
    known.AlterModelOptions,
    known.AlterModelManagers,
)


def why_not(operation: Operation, app: str, before: ProjectState) -> str:
    """Return why code of before can't go on beside this step, or an empty string."""
    if isinstance(operation, _HARMLESS):
        return ""
    if isinstance(operation, known.AddField):
        return _why_not_add(operation.name, operation.field)
    if isinstance(operation, known.AlterField):
        model = before.models[app, operation.model_name_lower]
        return _why_not_alter(model.fields[operation.name], operation.field)
    if isinstance(operation, known.SeparateDatabaseAndState):
        return next(filter(None, (why_not(one, app, before) for one in operation.database_operations)), "")
    return f"{type(operation).__name__} takes something away, or does what can't be looked into"


def _why_not_add(name: str, field: Field) -> str:
    if isinstance(field, ManyToManyField) or field.null or field.db_default is not NOT_PROVIDED:
        return ""
    return f"rows without {name} are refused: it needs null=True or db_default"


def _why_not_alter(old: Field, new: Field) -> str:
    if old.get_internal_type() != new.get_internal_type():
        return "the column gets another type"
    if old.null and not new.null:
        return "code of before still writes NULL"
    if new.unique and not old.unique:
        return "code of before may write twice what is to be unique"
    longest = new.max_length
    if longest is not None and (old.max_length is None or longest < old.max_length):
        return "code of before may write more than fits"
    if old.db_column != new.db_column:
        return "the column gets another name"
    if old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED and not new.null:
        return "code of before may leave to the database what it no longer fills in"
    return ""

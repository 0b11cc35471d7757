"""What retention deletes: each part of the console registers its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

DeleteSlice = Callable[[datetime], tuple[int, bool]]
AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one kind. `setting` names their days; 0 keeps them, and so does a number below `at_least` days.

    `delete_slice` deletes some of those from before a time, in one short transaction, and returns how many, and whether
    more may be left. `is_evidence` rows tell what was done to mail: while any legal hold is in force, they stay.
    """

    name: str
    setting: str
    delete_slice: DeleteSlice
    is_evidence: bool = True
    at_least: int = 1

    @property
    def before(self) -> datetime | None:
        """The time before which rows go, at the beginning of a day in UTC, or None to keep them."""
        days = int(getattr(settings, self.setting))
        if not days:
            return None
        midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=max(days, self.at_least))


_rules: dict[str, Rule] = {}


def register_rule(rule: Rule) -> None:
    """Have retention look after the rows of the rule."""
    _rules[rule.name] = rule


def rules() -> Iterator[Rule]:
    """Yield all rules."""
    yield from list(_rules.values())


def delete_with_children(parents: QuerySet[Model], *children: tuple[type[Model], str]) -> tuple[int, bool]:
    """Delete a slice of the first parent's children, or, if it has none left, the parent.

    `children` are models with the name of their key to the parent. A parent with 100,000 children goes in many short
    transactions, and, if the process dies in between, without half of them; they are old enough to go.
    """
    parent = parents.first()
    if parent is None:
        return 0, False
    for model, key in children:
        mine = model._default_manager.filter(**{key: parent.pk})
        if pks := list(mine.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
            model._default_manager.filter(pk__in=pks).delete()
            return 0, True
    parent.delete()
    return 1, True

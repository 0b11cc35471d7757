"""What the tests of learning share."""

import pytest
from django.conf import settings
from django.utils import timezone

from gateway.importing.sources import Found
from gateway.learning.active_model import forget
from gateway.learning.versions import make_version
from gateway.models import LearningExample
from gateway.teaching.files import teach
from tests.gateway.learning.mail_written import letter

KINDS = ("phishing", "spam", "ham")


@pytest.fixture(autouse=True)
def nothing_cached():
    forget()
    yield
    forget()


_taught: dict[tuple, list[dict]] = {}


def teach_letters(count, *, kinds=KINDS, by="trainer", label=None, first=0):
    """Teach that many letters of each kind, as the command does: what it wrote is written again for the next test."""
    examples = LearningExample.objects.using("gateway")
    wanted = (count, kinds, by, label, first)
    if wanted in _taught and not examples.exists():
        examples.bulk_create([LearningExample(**row | {"decided_at": timezone.now()}) for row in _taught[wanted]])
        return
    was_empty = not examples.exists()
    for kind in kinds:
        found = (Found(f"{kind} {number}", raw=letter(kind, number)) for number in range(first, first + count))
        assert all(
            taught.error is None
            for taught in teach(found, label or kind, account_id=settings.GATEWAY_ACCOUNT_ID, by=by)
        )
    if was_empty:
        _taught[wanted] = [{name: value for name, value in row.items() if name != "id"} for row in examples.values()]


def learn():
    """Make a version at once, and let this process listen to it."""
    made = make_version(settings.GATEWAY_ACCOUNT_ID, at_once=True)
    forget()
    return made

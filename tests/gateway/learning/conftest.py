"""What the tests of learning share."""

import pytest
from django.conf import settings

from gateway.importing.sources import Found
from gateway.learning.active_model import forget
from gateway.learning.versions import make_version
from gateway.teaching.files import teach
from tests.gateway.learning.mail_written import letter

KINDS = ("phishing", "spam", "ham")


@pytest.fixture(autouse=True)
def nothing_cached():
    forget()
    yield
    forget()


def teach_letters(count, *, kinds=KINDS, by="trainer", label=None, first=0):
    """Teach that many letters of each kind, as the command does."""
    for kind in kinds:
        found = (Found(f"{kind} {number}", raw=letter(kind, number)) for number in range(first, first + count))
        assert all(
            taught.error is None
            for taught in teach(found, label or kind, account_id=settings.GATEWAY_ACCOUNT_ID, by=by)
        )


def learn():
    """Make a version at once, and let this process listen to it."""
    made = make_version(settings.GATEWAY_ACCOUNT_ID, at_once=True)
    forget()
    return made

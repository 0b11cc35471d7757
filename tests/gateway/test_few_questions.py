"""How many questions a message costs the database, alone and in a batch: what grows here costs every message."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from gateway.importing import reading_ahead
from gateway.importing.importer import import_all
from gateway.importing.sources import Found
from tests.gateway.mails import mail, stored
from tests.gateway.policy_rows import protect

ALONE = 23
"""Statements for a message that arrives alone, with those that begin and end its transactions. It was 29."""
TOGETHER = 0.35
"""Statements for each of a hundred messages that are imported together. It was 31."""


@pytest.fixture(autouse=True)
def _known_before():
    """An own domain, and what a process asks for once already asked."""
    protect("acme.example")
    stored()


def test_a_message_that_comes_alone():
    with CaptureQueriesContext(connections["gateway"]) as asked:
        stored()
    assert len(asked) <= ALONE, "\n".join(one["sql"][:100] for one in asked)


def test_messages_that_come_together(monkeypatch):
    monkeypatch.setattr(reading_ahead, "LONGEST_WAIT", 60)
    found = [Found(str(number), raw=mail(subject=f"Lunch {number}")) for number in range(100)]
    with CaptureQueriesContext(connections["gateway"]) as asked:
        assert not [one for one in import_all(found, keep_dates=False) if one.error]
    assert len(asked) <= TOGETHER * len(found), "\n".join(one["sql"][:100] for one in asked)

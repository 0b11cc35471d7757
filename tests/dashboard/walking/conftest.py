"""A kind of walk for the tests, with a table of its own for as long as a test lasts."""

import pytest
from django.db import connection, models

from dashboard.walking import registry
from dashboard.walking.models import Walk
from dashboard.walking.registry import WalkConsumer, register_walk


class Noted(Walk):
    """A walk that notes which messages it came upon."""

    ids = models.JSONField(default=list)
    ended = models.BooleanField(default=False)

    class Meta:
        app_label = "walking_tests"
        verbose_name = "noted walk"


class Notes(WalkConsumer):
    """Notes ids; `on_look` and `before` are called first, and `stop_after` ends the walk early."""

    def __init__(self):
        self.on_look = self.before = lambda: None
        self.stop_after = None

    def prepare(self, client, walk, messages):
        self.on_look()
        return messages

    def consume(self, walk, found):
        self.before()
        walk.ids = [*walk.ids, *(one.id for one in found)]
        return None if self.stop_after is None else len(walk.ids) < self.stop_after

    def finish(self, walk):
        walk.ended = True


@pytest.fixture
def notes(transactional_db, monkeypatch):
    """Register the kind of walk, with its table."""
    monkeypatch.setattr(registry, "_CONSUMERS", {})
    consumer = Notes()
    consumer.per_page = 10
    register_walk(Noted, consumer)
    with connection.schema_editor() as editor:
        editor.create_model(Noted)
    yield consumer
    with connection.schema_editor() as editor:
        editor.delete_model(Noted)

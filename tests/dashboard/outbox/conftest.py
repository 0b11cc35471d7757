"""A channel whose receiver answers as a test tells it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.outbox import channels as registry
from dashboard.outbox.channels import Channel, register_channel
from dashboard.outbox.models import OutboxEntry, OutboxLane
from dashboard.outbox.services import Outgoing, outbox_add
from tests.investigate.console import analyst, api, browse

__all__ = ["analyst", "api", "browse"]


class Receiver:
    """What was received, in its order; `answers` are raised instead, by key or for all."""

    def __init__(self):
        self.received = []
        self.asked = []
        self.answers = {}
        self.opening = None
        self.opened = 0

    def send(self, payload, *, destination, key):
        self.asked.append(key)
        answers = self.answers.get(key) or self.answers.get("*") or []
        if answers:
            raise answers.pop(0)
        self.received.append(key)

    @contextmanager
    def open_lane(self, _lane):
        self.opened += 1
        if self.opening:
            raise self.opening
        yield self


@pytest.fixture
def receiver():
    known = dict(registry._channels)
    made = Receiver()
    register_channel(Channel("test", "Test", made.open_lane, lambda destination: f"test:{destination}"))
    yield made
    registry._channels.clear()
    registry._channels.update(known)


@pytest.fixture
def put(receiver):
    def write(*keys, stream="", destination="there", **more):
        outbox_add(
            [
                Outgoing(
                    channel="test",
                    destination=destination,
                    key=key,
                    payload={"k": key},
                    stream=stream,
                    title=key,
                    **more,
                )
                for key in keys
            ]
        )

    return write


@pytest.fixture
def later():
    """Let time pass: whatever waits or pauses is due."""

    def pass_time():
        past = timezone.now() - timedelta(seconds=1)
        OutboxEntry.objects.filter(state="waiting").update(next_try_at=past)
        OutboxLane.objects.update(paused_until=None)

    return pass_time

"""The outbox's channel of events: opens the way to a destination, and keeps its state up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.db.models import Q
from django.utils import timezone

from dashboard.outbox.channels import Channel, Refused, Sender, TryLater, register_channel
from investigate.event_export.models import Destination
from investigate.event_export.secrets import Unreadable
from investigate.event_export.sending.files import open_file
from investigate.event_export.sending.lines import Line, lines_of
from investigate.event_export.sending.ndjson import open_ndjson
from investigate.event_export.sending.syslog import open_syslog
from investigate.event_export.sending.webhook import open_webhook
from investigate.event_export.states import Way

NAME = "events"
_PAUSED_SECONDS = 60.0


class LineSender(Protocol):
    """An open way to a destination."""

    def send_lines(self, lines: Sequence[Line]) -> None:
        """Return once the destination has the lines. Raise TryLater or Refused."""
        ...


_OPENERS: dict[str, Callable[[Destination], AbstractContextManager[LineSender]]] = {
    Way.WEBHOOK: open_webhook,
    Way.HTTPS: open_ndjson,
    Way.FILE: open_file,
    Way.SYSLOG: open_syslog,
}


def lane_of(destination: str) -> str:
    """Return the lane of a destination, by its key: each has one of its own."""
    return f"{NAME}:{destination}"


def _name_of(destination: str) -> str:
    found = Destination.objects.filter(pk=int(destination)).first() if destination.isdecimal() else None
    return found.name if found else "a deleted destination"


class _EventSender:
    """Sends payloads to one destination, and notes what came of it where that changes."""

    def __init__(self, destination: Destination, sender: LineSender) -> None:
        self._destination, self._sender = destination, sender

    def send(self, payload: dict[str, Any], *, destination: str, key: str) -> None:  # noqa: ARG002 - a Sender's
        """Send the lines of a payload. Raise TryLater or Refused."""
        try:
            self._sender.send_lines(lines_of(payload, key=key))
        except (TryLater, Refused) as error:
            note_failure(self._destination.pk, str(error))
            raise
        if self._destination.failing_since is not None:
            Destination.objects.filter(pk=self._destination.pk).update(failing_since=None, error="")
            self._destination.failing_since = None


class _Nobody:
    """Stands for a destination that was deleted."""

    def send(self, payload: dict[str, Any], *, destination: str, key: str) -> None:  # noqa: ARG002 - a Sender's
        """Raise Refused."""
        raise Refused("The destination was deleted.")


@contextmanager
def _open_lane(lane: str) -> Iterator[Sender]:
    """Open the way to the destination of a lane. Raise TryLater if it is paused, or can't be connected to."""
    destination = Destination.objects.filter(pk=int(lane.rpartition(":")[2])).first()
    if destination is None:
        yield _Nobody()
        return
    if destination.paused_at is not None:
        raise TryLater("The destination is paused.", seconds=_PAUSED_SECONDS, is_receiver=True)
    try:
        with _OPENERS[destination.way](destination) as sender:
            yield _EventSender(destination, sender)
    except Unreadable as error:
        note_failure(destination.pk, str(error))
        raise TryLater(str(error), is_receiver=True) from error
    except TryLater as error:
        note_failure(destination.pk, str(error))
        raise


def note_failure(pk: int, why: str) -> None:
    """Note that sending failed, and since when it does. Nothing is written while it fails for the same reason."""
    rows = Destination.objects.filter(pk=pk)
    rows.filter(failing_since=None).update(failing_since=timezone.now())
    rows.filter(~Q(error=why[:500])).update(error=why[:500])


register_channel(Channel(NAME, "Events", _open_lane, lane_of, _name_of))

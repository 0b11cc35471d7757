"""Webhooks: one signed POST for each event."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone

from dashboard.outbox.posting import Poster
from investigate.event_export.formats.values import moment
from investigate.event_export.models import Destination
from investigate.event_export.secrets import open_secret
from investigate.event_export.sending.lines import Line
from investigate.event_export.sending.posts import posts_to
from investigate.event_export.sending.signature import signed_headers


class WebhookSender:
    """Sends events to one webhook."""

    def __init__(self, poster: Poster, url: str, secrets: Sequence[str]) -> None:
        self._poster, self._url, self._secrets = poster, url, secrets

    def send_lines(self, lines: Sequence[Line]) -> None:
        """Post each line. Raise TryLater or Refused."""
        for line in lines:
            body = body_of(line)
            headers = signed_headers(self._secrets, event_id=line.public_id, at=int(time.time()), body=body)
            self._poster.post(self._url, content=body, headers={"Content-Type": "application/json", **headers})


@contextmanager
def open_webhook(destination: Destination) -> Iterator[WebhookSender]:
    """Open a way to the webhook. Raise TryLater if there is none, Unreadable if its secret can't be read."""
    secrets = [open_secret(destination.secret)]
    if destination.old_secret and destination.old_secret_until and destination.old_secret_until > timezone.now():
        secrets.append(open_secret(destination.old_secret))
    with posts_to(destination) as poster:
        yield WebhookSender(poster, destination.address, secrets)


def body_of(line: Line) -> bytes:
    """Return the body: the type of the event, when it happened, and the fields of its line as `data`."""
    told = {"type": "gatehouse.test" if line.is_test else line.kind, "timestamp": moment(line.at)}
    if line.is_replay:
        told["replayed"] = True  # type: ignore[assignment]  # a JSON value
    head = json.dumps(told, separators=(",", ":"))
    return f'{head[:-1]},"data":{line.content}}}'.encode("ascii")

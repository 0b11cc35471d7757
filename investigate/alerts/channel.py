"""The channel of alerts to webhooks: a lane for each alert, so that one receiver in trouble keeps no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import InvalidToken

from dashboard.outbox.channels import Channel, Refused, TryLater, register_channel
from dashboard.outbox.posting import Poster
from dashboard.sealed import unsealed
from investigate.alerts.models import Alert

ALERT = "alert"
PURPOSE = "gatehouse alert targets"


class AlertSender:
    """Posts JSON to the URL of an alert."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    def send(self, payload: dict[str, Any], *, destination: str, key: str) -> None:
        """Post the payload to the alert's URL as it is now. `destination` is the alert's key."""
        alert = Alert.objects.filter(pk=int(destination)).first()
        if alert is None:
            raise Refused("The alert was deleted.")
        try:
            url = unsealed(alert.target, purpose=PURPOSE)
        except InvalidToken:
            raise TryLater("The address can't be read with this SECRET_KEY. Write it anew.", is_receiver=True) from None
        content = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
        self._poster.post(url, content=content, headers={"Content-Type": "application/json", "Idempotency-Key": key})


@contextmanager
def _open(_lane: str) -> Iterator[AlertSender]:
    poster = Poster()
    try:
        yield AlertSender(poster)
    finally:
        poster.close()


def _name_of(destination: str) -> str:
    alert = Alert.objects.filter(pk=int(destination)).first() if destination.isdecimal() else None
    return f"{alert.get_way_display()}, {alert.target_label}" if alert else "a deleted alert"


register_channel(Channel(ALERT, "Alert", _open, lambda destination: f"alert:{destination}", _name_of))

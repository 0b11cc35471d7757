"""Channels: how an entry of the outbox is sent. Each part of the console registers its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


class TryLater(Exception):
    """It was not sent, or may not have been, and may be sent later. The message says why.

    `seconds` is how long the receiver asked to wait, 0 if it did not. `is_receiver` says that the receiver as a whole
    is in trouble, so that whatever else is for it waits too.
    """

    def __init__(self, why: str, *, seconds: float = 0.0, is_receiver: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.is_receiver = is_receiver


class Refused(Exception):
    """The receiver refuses this for good: it is not tried again by itself. The message says why."""


class Sender(Protocol):
    """An open connection to a receiver, or what stands for one."""

    def send(self, payload: dict[str, Any], *, destination: str, key: str) -> None:
        """Return once the receiver has confirmed. Raise TryLater or Refused."""
        ...


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to send. `open_lane` opens a connection for the entries of one lane, and closes it after them.

    It may raise TryLater. `lane_of` names the lane of a destination, in 60 characters, beginning with the channel's
    name and a colon. `name_of` says for people what a destination is, where it is a key.
    """

    name: str
    label: str
    open_lane: Callable[[str], AbstractContextManager[Sender]]
    lane_of: Callable[[str], str]
    name_of: Callable[[str], str] = str


_channels: dict[str, Channel] = {}


def register_channel(channel: Channel) -> None:
    """Have the outbox send by the channel."""
    _channels[channel.name] = channel


def channel_named(name: str) -> Channel:
    """Return the channel. Raise KeyError if nothing registered it."""
    return _channels[name]


def destination_name(channel: str, destination: str) -> str:
    """Return what a destination is, for people."""
    found = _channels.get(channel)
    return found.name_of(destination) if found else destination


def channels() -> list[Channel]:
    """Return all channels, by their names."""
    return [_channels[name] for name in sorted(_channels)]

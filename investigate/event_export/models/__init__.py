"""Rows of events and of where they go."""

from investigate.event_export.models.destinations import Destination, Replay
from investigate.event_export.models.events import Event, Feed, ReadLog, Source, ToldVerdict, Unread

__all__ = ["Destination", "Event", "Feed", "ReadLog", "Replay", "Source", "ToldVerdict", "Unread"]

"""Which kinds of walk there are, and what each makes of the messages that it comes upon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from api_client import Client
from api_client.models import Message
from dashboard.walking.models import Walk
from dashboard.walking.walk import PER_PAGE, Leaf
from dashboard.walking.walk import walk as walk_through

W = TypeVar("W", bound=Walk)


class Taker(Generic[W]):
    """What one kind of walk makes of messages; a subclass overrides what it needs.

    `look` may ask the API for more, outside of any transaction; what it gives goes to `take`. `take` and `finish` run
    in the transaction that writes down how far the walk is, so they only write rows of the console. `per_page` is how
    many messages come at once; what `look` asks about them must not take longer than a lease.
    """

    per_page = PER_PAGE

    def leaves(self, client: Client, walk: W) -> Iterator[Leaf]:
        """Give what is to be looked at, page by page from the walk's position: its search, unless overridden."""
        return walk_through(
            client, walk.search_filters, start=walk.start, end=walk.end, position=walk.position, per_page=self.per_page
        )

    def look(self, client: Client, walk: W, messages: Sequence[Message]) -> Any:  # noqa: ARG002 - for subclasses.
        """Prepare what `take` gets; the messages themselves unless overridden. Raises ApiError."""
        return messages

    def take(self, walk: W, found: Any) -> bool | None:
        """Keep what was found. May change the walk's own fields, which are saved after. False ends the walk here."""
        raise NotImplementedError

    def finish(self, walk: W) -> None:
        """Do what is left when all was looked at; the walk's state is DONE already."""


_TAKERS: dict[str, tuple[type[Walk], Taker[Any]]] = {}


def register_walk(model: type[W], taker: Taker[W]) -> None:
    """Say who takes what walks of this kind find; called from the `ready` of the app's config."""
    _TAKERS[model._meta.label_lower] = (model, taker)


def registered(label: str) -> tuple[type[Walk], Taker[Any]]:
    """Give the model and the taker of a kind of walk. Raises LookupError."""
    return _TAKERS[label]


def registered_models() -> list[type[Walk]]:
    """Give the models of all kinds of walk."""
    return [model for model, _ in _TAKERS.values()]

"""Registry of the kinds of walk, each with the consumer of the messages that it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from api_client import Client
from api_client.models import Message
from dashboard.walking.models import Walk
from dashboard.walking.page_size import largest_page
from dashboard.walking.walk import PER_PAGE, Leaf
from dashboard.walking.walk import walk as walk_through

W = TypeVar("W", bound=Walk)


class WalkConsumer(Generic[W]):
    """Handler that processes the messages of one kind of walk. Subclasses override the methods that they need.

    `prepare` runs outside of any transaction and may send further requests to the API. `consume` gets its result.
    `consume` and `finish` run in the transaction that saves the walk's position, so they must only write rows of the
    console. `per_page` is the number of messages that are handed over at once. `prepare` must
    process them within one lease.
    """

    per_page = PER_PAGE

    def leaves(self, client: Client, walk: W) -> Iterator[Leaf]:
        """Yield the pages to process, from the walk's position on. By default these are the pages of its search."""
        return walk_through(
            client,
            walk.search_filters,
            start=walk.start,
            end=walk.end,
            position=walk.position,
            per_page=self.per_page,
            # What takes long over few messages would ask for a large page again and again.
            largest=largest_page() if self.per_page == PER_PAGE else 0,
        )

    def prepare(self, client: Client, walk: W, messages: Sequence[Message]) -> Any:  # noqa: ARG002 - for subclasses.
        """Return the data for `consume`, by default the messages. Raise ApiError if a request to the API fails."""
        return messages

    def consume(self, walk: W, found: Any) -> bool | None:
        """Store the result of `prepare`. Return False to end the walk.

        The method may change the walk's own fields, which are saved afterwards.
        """
        raise NotImplementedError

    def finish(self, walk: W) -> None:
        """Complete the work after the last page. The walk's state is DONE already."""


_CONSUMERS: dict[str, tuple[type[Walk], WalkConsumer[Any]]] = {}


def register_walk(model: type[W], consumer: WalkConsumer[W]) -> None:
    """Register the consumer of a kind of walk. Called from `ready` of the app's config."""
    _CONSUMERS[model._meta.label_lower] = (model, consumer)


def registered(label: str) -> tuple[type[Walk], WalkConsumer[Any]]:
    """Return the model and the consumer of a kind of walk. Raise LookupError if `label` is not registered."""
    return _CONSUMERS[label]


def registered_models() -> list[type[Walk]]:
    """Return the models of all kinds of walk."""
    return [model for model, _ in _CONSUMERS.values()]

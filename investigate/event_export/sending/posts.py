"""The connections to a destination that is posted to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.outbox.channels import TryLater
from dashboard.outbox.posting import Poster
from dashboard.outbox.tls import NoAuthority
from investigate.event_export.models import Destination


@contextmanager
def posts_to(destination: Destination) -> Iterator[Poster]:
    """Keep connections to the destination, and close them after use. Raise TryLater if its authority is none."""
    try:
        poster = Poster(ca=destination.ca)
    except NoAuthority as error:
        raise TryLater(str(error), is_receiver=True) from error
    try:
        yield poster
    finally:
        poster.close()

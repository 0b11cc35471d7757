"""Loads feeds and removes them. Mail that arrives while a feed is loaded is matched with the earlier loading."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gateway.feeds.reading import NotReadable, entries
from gateway.models import Feed, FeedEntry

DATABASE = "gateway"
AT_ONCE = 2_000
MOST = 2_000_000
"""How many entries of a feed are taken."""


class Refused(ValueError):
    """The feed can't be loaded. What was loaded before stays."""


@dataclass(slots=True)
class Loaded:
    """What became of a loading: the feed, and the lines that could not be read (the first 100)."""

    feed: Feed
    unread: int = 0
    examples: list[str] = field(default_factory=list)


def load(lines: Iterable[str], *, account_id: str, name: str, dated: date) -> Loaded:
    """Load a feed in the place of the earlier one of the same name.

    If the process dies, the earlier loading stays, and the next one deletes what was written of this.

    :raises Refused: nothing could be read, or there is too much.
    """
    delete(loadings(account_id).filter(name=name, is_active=False))
    feed = Feed.objects.using(DATABASE).create(account_id=account_id, name=name, dated=dated, loaded_at=timezone.now())
    loaded = Loaded(feed)
    try:
        _write(loaded, lines)
        count = feed.listed.using(DATABASE).count()
        if not count:
            raise Refused("no line of it could be read")
        with transaction.atomic(using=DATABASE):
            loadings(account_id).filter(name=name, is_active=True).update(is_active=False)
            feed.entries, feed.is_active = count, True
            feed.save(using=DATABASE)
    finally:
        delete(loadings(account_id).filter(name=name, is_active=False))
    return loaded


def _write(loaded: Loaded, lines: Iterable[str]) -> None:
    count = 0
    read = entries(lines)
    while part := list(islice(read, AT_ONCE)):
        found = [one for one in part if not isinstance(one, NotReadable)]
        for unread in part:
            if isinstance(unread, NotReadable):
                loaded.unread += 1
                loaded.examples = [*loaded.examples, str(unread)][:100]
        count += len(found)
        if count > MOST:
            raise Refused(f"it has more than {MOST:,} entries")
        FeedEntry.objects.using(DATABASE).bulk_create(
            (FeedEntry(feed=loaded.feed, kind=kind, value=value) for kind, value in found), ignore_conflicts=True
        )


def loadings(account_id: str) -> "QuerySet[Feed]":
    """Return the feeds of an account, inactive loadings among them."""
    return Feed.objects.using(DATABASE).filter(account_id=account_id).order_by("name", "pk")


def delete(feeds: "QuerySet[Feed]") -> int:
    """Delete feeds with their entries, in slices, and return how many there were. If the process dies, the rest stays.

    What is deleted no longer matches from the first moment on.
    """
    keys = list(feeds.values_list("pk", flat=True))
    Feed.objects.using(DATABASE).filter(pk__in=keys).update(is_active=False)
    for key in keys:
        rows = FeedEntry.objects.using(DATABASE).filter(feed_id=key)
        while found := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            FeedEntry.objects.using(DATABASE).filter(pk__in=found).delete()
        Feed.objects.using(DATABASE).filter(pk=key).delete()
    return len(keys)

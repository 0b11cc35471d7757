"""Rebuilds the search index of stored messages, after a release has changed how words are compared."""

from collections.abc import Iterator

from django.db import transaction

from gateway.models import Message, MessageDetail, MessageIndex
from gateway.search.index_entry import index_entry
from gateway.store.message_detail import Detail
from gateway.store.message_rows import extra

DATABASE = "gateway"
AT_ONCE = 200
"""So many messages are rebuilt in one transaction, so that others who write get their turn."""


def reindex(*, from_key: int = 0) -> Iterator[tuple[int, int]]:
    """Rebuild the index entries in the order of their keys, and yield (newest key, number) after each transaction.

    The same messages may be rebuilt any number of times. If the process dies, the last transaction is undone, and
    `from_key` resumes after a key that was yielded.
    """
    key = from_key
    while True:
        messages = list(Message.objects.using(DATABASE).filter(pk__gt=key).order_by("pk")[:AT_ONCE])
        if not messages:
            return
        details = MessageDetail.objects.using(DATABASE).in_bulk([message.pk for message in messages])
        entries = [
            index_entry(message, extra(Detail.unpacked(details[message.pk].payload)))
            for message in messages
            if message.pk in details
        ]
        with transaction.atomic(using=DATABASE):
            for entry in entries:
                MessageIndex.objects.using(DATABASE).filter(pk=entry.pk).update(
                    subject=entry.subject, words=entry.words, keys=entry.keys
                )
        key = messages[-1].pk
        yield key, len(messages)

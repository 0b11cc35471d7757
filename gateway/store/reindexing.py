"""Rebuilds the search index of stored messages, after a release has changed how words are compared.

It also fills in the features of messages that came before these were kept: all but the MinHash, which needs the text.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from gateway.models import Message, MessageDetail, MessageIndex
from gateway.search.index_entry import index_entry
from gateway.store.features import features_of
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
        unpacked = {key: Detail.unpacked(row.payload) for key, row in details.items()}
        entries = [index_entry(message, extra(unpacked[message.pk])) for message in messages if message.pk in unpacked]
        lacking = [message for message in messages if message.features is None and message.pk in unpacked]
        for message in lacking:
            message.features = features_of_detail(unpacked[message.pk])
        with transaction.atomic(using=DATABASE):
            for entry in entries:
                MessageIndex.objects.using(DATABASE).filter(pk=entry.pk).update(
                    subject=entry.subject, words=entry.words, keys=entry.keys
                )
            for message in lacking:
                Message.objects.using(DATABASE).filter(pk=message.pk, features__isnull=True).update(
                    features=message.features
                )
        key = messages[-1].pk
        yield key, len(messages)


def features_of_detail(detail: Detail) -> dict[str, Any]:
    """Return the features that the stored detail of a message tells: its links and files, without the MinHash."""
    return features_of(
        text_minhash="",
        links=(link["href"] for link in detail.links),
        attachments=((entry.get("name") or "", entry["sha256"]) for entry in detail.attachments),
    )

"""Handlers that process the messages found by a replay's walk: match them, count them, and store the hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from api_client import Client
from api_client.models import Message
from dashboard.walking.registry import WalkConsumer
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.replay.bodies import source_texts
from settings_admin.replay.models import Replay, ReplayHit
from settings_admin.replay.policy_matching import Effect, Touch, disposition_of, in_body, touching

HITS_AT_MOST = 1000
BODIES_AT_MOST = 2000
KEPT = timedelta(days=30)
"""Retention time of a replay's results."""


@dataclass(slots=True)
class Found:
    """Result for one page of a walk: touched messages, and the numbers of bodies read and of unreadable bodies."""

    hits: list[tuple[Message, Touch]] = field(default_factory=list)
    read: int = 0
    unread: int = 0


class ReplayConsumer(WalkConsumer[Replay]):
    """Handler of replays that test search rows only."""

    def prepare(self, client: Client, walk: Replay, messages: Sequence[Message]) -> Found:  # noqa: ARG002 - as inherited
        """Return the rows that the entry touches. No further API requests are made."""
        touch = touching(KIND_BY_RESOURCE[walk.kind], walk.values)
        return Found([(message, found) for message in messages if (found := touch(message))])

    def consume(self, walk: Replay, found: Found) -> bool | None:
        """Add the matches to the replay's counts, and store the first of them as hits."""
        touched, effects = Counter(walk.touched), Counter(walk.effects)
        for message, touch in found.hits:
            touched[disposition_of(message)] += 1
            if touch.effect:
                effects[disposition_of(message)] += 1
        self._keep(walk, found.hits)
        walk.touched, walk.effects = dict(touched), dict(effects)
        walk.read += found.read
        walk.unread += found.unread
        return None

    def finish(self, walk: Replay) -> None:  # noqa: ARG002 - as inherited
        """Delete expired replays. Their results are outdated, and the entry's history is stored elsewhere."""
        Replay.everything.filter(finished_at__lt=timezone.now() - KEPT).delete()

    def _keep(self, walk: Replay, hits: Sequence[tuple[Message, Touch]]) -> None:
        """Store up to HITS_AT_MOST hits with an effect, and as many without."""
        for with_effect in (True, False):
            some = [hit for hit in hits if bool(hit[1].effect) == with_effect]
            if not some:
                continue
            kept = ReplayHit.objects.filter(replay_id=walk.pk)
            kept = kept.exclude(effect=Effect.NONE) if with_effect else kept.filter(effect=Effect.NONE)
            room = max(0, HITS_AT_MOST - kept.count())
            ReplayHit.objects.bulk_create([_hit(walk, *hit) for hit in some[:room]], batch_size=200)


class SampleConsumer(ReplayConsumer):
    """Handler of replays that test subjects and also read the bodies of up to BODIES_AT_MOST newest messages."""

    per_page = 50

    def prepare(self, client: Client, walk: Replay, messages: Sequence[Message]) -> Found:
        """Return the messages that the entry touches, by search row or raw message. Raise ApiError on API failure."""
        found = super().prepare(client, walk, messages)
        touched = {message.id for message, _touch in found.hits}
        meets = in_body(walk.values)
        for message in messages[: max(0, BODIES_AT_MOST - walk.read - walk.unread)]:
            if message.id in touched:
                found.read += 1
                continue
            texts = source_texts(client, message.id)
            if texts is None:
                found.unread += 1
                continue
            found.read += 1
            touch = next((one for text in texts if (one := meets(text))), None)
            if touch:
                is_new = not disposition_of(message).startswith("MALICIOUS")
                found.hits.append((message, touch if is_new else Touch(touch.why)))
        return found

    def consume(self, walk: Replay, found: Found) -> bool | None:
        """Store the result. Return False, which ends the walk, once enough bodies were read."""
        super().consume(walk, found)
        return walk.read + walk.unread < BODIES_AT_MOST


def storable(text: str) -> str:
    """Return a text without null characters, which PostgreSQL can't store."""
    return text.replace("\0", "\ufffd")


def _hit(walk: Replay, message: Message, touch: Touch) -> ReplayHit:
    return ReplayHit(
        replay_id=walk.pk,
        message_id=storable(message.id)[:255],
        sender=storable(message.from_ or message.envelope_from or "")[:400],
        recipients=[storable(recipient)[:400] for recipient in message.client_recipients[:20]],
        subject=storable(message.subject or "")[:1000],
        disposition=storable(disposition_of(message))[:40],
        received_at=message.scanned_at,
        why=touch.why[:60],
        effect=touch.effect,
    )

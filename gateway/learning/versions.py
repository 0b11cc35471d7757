"""Makes versions of the model, keeps the newest, and says which one is listened to."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gateway.learning.decisions import DATABASE
from gateway.learning.linear_model import LABELS, Places
from gateway.learning.training import FEWEST, MOST, Example, Trained, train
from gateway.models import LearningExample, LearningState, LearntVersion

KEPT = 10
"""How many versions are kept, besides the one that is listened to."""
PAUSE = timedelta(minutes=5)
"""How long the worker waits after one version before it makes the next."""


class UnknownVersion(LookupError):
    """There is no such version of the account."""


def state(account_id: str) -> LearningState:
    """Return whether the account listens to what was learnt, and to which version."""
    return LearningState.objects.using(DATABASE).get_or_create(pk=account_id)[0]


def make_version(account_id: str, *, at_once: bool = False) -> LearntVersion | None:
    """Make a version of today's decisions, and listen to it unless somebody has turned back.

    Return None where there is nothing new, where there are too few decisions of a kind, or within PAUSE of the last
    version without `at_once`. Safe to run twice at once: the same decisions make one version. If the process dies,
    nothing was written, or the version and that it is listened to.
    """
    newest = _newest(account_id)
    if newest is not None and not at_once and newest.made_at > timezone.now() - PAUSE:
        return None
    examples = _examples(account_id)
    listened = state(account_id)
    if any(sum(example.label == label for example in examples) < FEWEST for label in LABELS):
        # Where decisions were taken back and too few are left, the old model still knows them.
        if listened.version_id is not None and not listened.is_held:
            listen_to(account_id, None)
        return None
    digest = _digest(examples)
    if newest is not None and newest.examples == digest:
        if listened.version_id != newest.pk and not listened.is_held:
            listen_to(account_id, newest)
        return None
    trained = train(examples)
    with transaction.atomic(using=DATABASE):
        made = _write(account_id, digest, trained)
        if not state(account_id).is_held:
            listen_to(account_id, made)
        _forget_old(account_id)
    return made


def versions(account_id: str) -> "QuerySet[LearntVersion]":
    """Return the versions that are kept, newest first."""
    return LearntVersion.objects.using(DATABASE).filter(account_id=account_id).order_by("-made_at", "-pk")


def _newest(account_id: str) -> LearntVersion | None:
    return versions(account_id).defer("model").first()


def _examples(account_id: str) -> list[Example]:
    """Return the newest decisions of each label that are ready and not taken back; of equal features the newest."""
    ready = LearningExample.objects.using(DATABASE).filter(
        account_id=account_id, status=LearningExample.Status.READY, taken_back_at=None
    )
    found: dict[str, Example] = {}
    for label in LABELS:
        rows = (
            ready.filter(label=label).order_by("-decided_at", "-pk").values_list("features", "rules", "is_bulk")[:MOST]
        )
        for features, rules, is_bulk in rows.iterator():
            content = bytes(features)
            digest = hashlib.sha256(content).hexdigest()
            # A mail that was sent to many is one opinion, however many copies were decided on.
            if digest not in found:
                found[digest] = Example(digest, label, Places.from_bytes(content), rules, is_bulk)
    return list(found.values())


def _digest(examples: list[Example]) -> str:
    lines = sorted(f"{example.digest} {example.label}" for example in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write(account_id: str, digest: str, trained: Trained) -> LearntVersion:
    return LearntVersion.objects.using(DATABASE).update_or_create(
        account_id=account_id,
        examples=digest,
        defaults={
            "made_at": timezone.now(),
            "model": trained.model.to_bytes(),
            "strength": trained.strengths.ordinary,
            "bulk_strength": trained.strengths.bulk,
            "counts": trained.counts,
            "caught": trained.caught,
        },
    )[0]


def _forget_old(account_id: str) -> None:
    kept = versions(account_id).values_list("pk", flat=True)[:KEPT]
    used = LearningState.objects.using(DATABASE).filter(pk=account_id).values_list("version_id", flat=True)
    versions(account_id).exclude(pk__in=[*kept, *(pk for pk in used if pk)]).delete()


def listen_to(account_id: str, version: LearntVersion | None) -> None:
    """Listen to a version from now on, or to none. Every process follows within five seconds."""
    LearningState.objects.using(DATABASE).update_or_create(pk=account_id, defaults={"version": version})


def turn_back(account_id: str, number: int) -> LearntVersion:
    """Listen to an earlier version, and to no newer one until `go_on`.

    :raises UnknownVersion: there is none with this number.
    """
    version = versions(account_id).filter(pk=number).first()
    if version is None:
        raise UnknownVersion(number)
    LearningState.objects.using(DATABASE).update_or_create(
        pk=account_id, defaults={"version": version, "is_held": True}
    )
    return version


def go_on(account_id: str) -> LearntVersion | None:
    """Listen to the newest version again and to those that follow, and return it."""
    newest = _newest(account_id)
    LearningState.objects.using(DATABASE).update_or_create(
        pk=account_id, defaults={"version": newest, "is_held": False}
    )
    return newest


def switch(account_id: str, *, on: bool) -> None:
    """Let verdicts listen to what was learnt, or not. Decisions are kept either way."""
    LearningState.objects.using(DATABASE).update_or_create(pk=account_id, defaults={"is_on": on})

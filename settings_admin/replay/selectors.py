"""Queries for replays, and their results in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from api_client.models.values import Disposition
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.verdicts import Verdict, verdict_of
from settings_admin.kinds import ALLOW_POLICIES, TRUSTED_DOMAINS, Kind
from settings_admin.replay.models import Replay, ReplayHit, SampledReplay
from settings_admin.replay.policy_matching import Effect

PER_PAGE = 50
_WORST_FIRST = [one.value for one in Disposition]


@dataclass(frozen=True, slots=True)
class Count:
    """Messages of one disposition: `touched` counts those that match, `effect` those stopped or passed."""

    verdict: Verdict
    touched: int
    effect: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A touched message, with its disposition for display."""

    row: ReplayHit
    verdict: Verdict


def replay_of(replay_id: UUID) -> Replay:
    """Return a replay made on the backend that the console is connected to. Raise Http404 if there is none."""
    found = Replay.everything.filter(
        pk=replay_id, account_id=backend_account_id(), backend=backend_fingerprint()
    ).first()
    if found is None:
        raise Http404("There is no such replay.")
    return SampledReplay.samples.get(pk=found.pk) if found.is_sample else found


def draft_values(kind: Kind, replay_id: str) -> Mapping[str, Any]:
    """Return the values of a replayed entry. Raise Http404 if the replay is missing or of another kind."""
    try:
        found = replay_of(UUID(replay_id))
    except ValueError as error:
        raise Http404("There is no such replay.") from error
    if found.kind != kind.resource:
        raise Http404("That was another kind of policy.")
    values: Mapping[str, Any] = found.values
    return values


def counts_of(replay: Replay) -> list[Count]:
    """Return the counts by disposition, worst first."""
    known = sorted(replay.touched, key=lambda name: (name not in _WORST_FIRST, name))
    known.sort(key=lambda name: _WORST_FIRST.index(name) if name in _WORST_FIRST else len(_WORST_FIRST))
    return [Count(verdict_of(name), replay.touched[name], replay.effects.get(name, 0)) for name in known]


def hits_of(replay: Replay, *, after: int = 0) -> tuple[list[Hit], int | None]:
    """Return a page of touched messages, and the offset of the next page, None on the last page.

    Messages that the entry would have stopped or passed come first.
    """
    rows = ReplayHit.objects.filter(replay_id=replay.pk).order_by("-effect", "id")
    page = list(rows[after : after + PER_PAGE + 1])
    more = after + PER_PAGE if len(page) > PER_PAGE else None
    return [Hit(row, verdict_of(row.disposition)) for row in page[:PER_PAGE]], more


def verdict_sentence(replay: Replay) -> str:
    """Return one sentence that says what the entry would have done to the replayed mail."""
    passes = replay.kind in {ALLOW_POLICIES.resource, TRUSTED_DOMAINS.resource}
    verb = Effect.PASSED if passes else Effect.STOPPED
    if not replay.touched_count:
        return "It touches none of this mail."
    if not replay.effect_count:
        return f"It touches {_messages(replay.touched_count)}, and none of them would have fared otherwise."
    malicious = sum(count for name, count in replay.effects.items() if name.startswith(Disposition.MALICIOUS))
    if passes and malicious:
        return f"It would have passed {_messages(malicious, 'malicious ')}."
    clean = replay.effects.get(Disposition.NONE, 0)
    if not passes and clean:
        return f"It would have stopped {_messages(clean, 'clean ')}."
    return f"It would have {verb.value} {_messages(replay.effect_count)}."


def is_alarming(replay: Replay) -> bool:
    """Return whether the entry would have passed malicious or suspicious mail, or stopped clean mail."""
    passes = replay.kind in {ALLOW_POLICIES.resource, TRUSTED_DOMAINS.resource}
    if passes:
        return any(name.startswith((Disposition.MALICIOUS, Disposition.SUSPICIOUS)) for name in replay.effects)
    return bool(replay.effects.get(Disposition.NONE))


def _messages(count: int, which: str = "") -> str:
    return f"{count:,} {which}message{'' if count == 1 else 's'}"

"""Views of replays: test a policy entry on past mail before it is saved, and show what it would have done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dashboard.audit.actor import actor_of
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can, demand
from dashboard.walking.services import walk_cancel
from settings_admin.entries.api import Policies
from settings_admin.entries.forms import EntryForm, form_data
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import BLOCK_SENDERS, Kind
from settings_admin.replay.models import Replay
from settings_admin.replay.policy_matching import reads_bodies
from settings_admin.replay.selectors import counts_of, hits_of, is_alarming, replay_of, verdict_sentence
from settings_admin.replay.services import DAYS, draft_save, replay_begin
from settings_admin.replay.walk_consumer import HITS_AT_MOST
from settings_admin.views.entries import about, saved
from settings_admin.views.page_layout import page


class DaysForm(forms.Form):
    """Form that chooses how many days of mail to replay."""

    days = forms.TypedChoiceField(choices=[(days, f"{days} days") for days in DAYS], coerce=int)


@require_POST
def look(request: ConsoleRequest, kind: Kind, entry_id: str = "") -> HttpResponse:
    """Validate an entry like its form does, then start a replay on past mail instead of saving it."""
    found = Policies(kind).get(entry_id) if entry_id else None
    form, days = EntryForm(kind, request.POST, entry=found), DaysForm(request.POST)
    seen = form.seen_before() if form.is_valid() else None
    if not days.is_valid() or not kind.is_replayed:
        form.add_error(None, "Choose whether to look at 30, 60 or 90 days.")
    if found is not None and form.is_valid() and seen is None:
        form.add_error(None, "This form was not opened here. Look at the entry as it is now, then save again.")
    if not form.is_valid():
        template, context = ("entry.html", about(found)) if found else ("new.html", {})
        return page(request, template, context | {"form": form}, kind=kind, status=422)
    made = replay_begin(
        kind=kind,
        values=form.values(),
        days=days.cleaned_data["days"],
        user=person(request),
        actor=actor_of(request),
        entry_id=entry_id,
        seen=seen if found else None,
        why=form.cleaned_data["why"],
    )
    return redirect("settings_admin:replay", made.pk)


def person(request: ConsoleRequest) -> User:
    """Return the signed-in user of the request."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the table of rights ensures
    return request.user


def _replay(request: ConsoleRequest, replay_id: UUID, *, writes: bool = True) -> Replay:
    """Return a replay. Other kinds than blocked senders also require the capability to manage policies.

    To see it, it is enough to have started it: for a proposal, by whoever proposed.
    """
    found = replay_of(replay_id)
    if not writes and found.created_by_id == person(request).pk:
        return found
    if found.kind != BLOCK_SENDERS.resource:
        demand(request, Capability.MANAGE_POLICIES, object_kind="replay", object_id=str(replay_id))
    return found


@require_safe
def replay(request: ConsoleRequest, replay_id: UUID) -> HttpResponse:
    """Show what an entry would have done, with the messages that it matches, and offer to save it."""
    found = _replay(request, replay_id, writes=False)
    after = request.GET.get("after", "0")
    hits, more = hits_of(found, after=int(after) if after.isdecimal() and len(after) < 6 else 0)
    context = about_replay(request, found) | {"hits": hits, "more": more}
    template = "_replay_hits.html" if request.htmx and request.htmx.target == "replay-hits" else "replay.html"
    return page(request, template, context, kind=KIND_BY_RESOURCE[found.kind])


def about_replay(request: ConsoleRequest, found: Replay) -> dict[str, Any]:
    """Return the template context of a replay."""
    kind = KIND_BY_RESOURCE[found.kind]
    form_url = reverse("settings_admin:new", kwargs={"kind": kind})
    if found.entry_id:
        form_url = reverse("settings_admin:entry", kwargs={"kind": kind, "entry_id": found.entry_id})
    return {
        "replay": found,
        "name": kind.name_of(found.values),
        "explained": kind.explain(found.values),
        "counts": counts_of(found),
        "sentence": verdict_sentence(found),
        "is_alarming": is_alarming(found),
        "is_cut": max(found.effect_count, found.touched_count - found.effect_count) > HITS_AT_MOST,
        "reads_bodies": reads_bodies(kind, found.values),
        "keeps_policies": can(request.user, Capability.MANAGE_POLICIES),
        "form_url": f"{form_url}?tried={found.pk}",
    }


@require_safe
def progress(request: ConsoleRequest, replay_id: UUID) -> HttpResponse:
    """Show the progress of a replay. Once it has ended, status 286 stops the polling and an event reloads the list."""
    found = _replay(request, replay_id, writes=False)
    status = 200 if found.is_active else STOP_POLLING
    kind = KIND_BY_RESOURCE[found.kind]
    answer = page(request, "_replay_progress.html", about_replay(request, found), kind=kind, status=status)
    return answer if found.is_active else trigger_client_event(answer, "replay-settled")


@require_POST
def cancel(request: ConsoleRequest, replay_id: UUID) -> HttpResponse:
    """Cancel a replay. What it has found so far is kept."""
    found = _replay(request, replay_id)
    walk_cancel(found)
    return redirect("settings_admin:replay", found.pk)


@require_POST
def save(request: ConsoleRequest, replay_id: UUID) -> HttpResponse:
    """Save the entry that was replayed."""
    found = _replay(request, replay_id)
    kind = KIND_BY_RESOURCE[found.kind]
    if not found.is_draft:
        messages.info(request, "It was saved already.")
        return redirect("settings_admin:replay", found.pk)
    entry = Policies(kind).get(found.entry_id) if found.entry_id else None
    if entry is not None:
        demand(request, Capability.MANAGE_POLICIES, object_kind=kind.noun, object_id=entry.name)
    form = EntryForm(kind, form_data(kind, found.values, why=found.why, seen=found.seen), entry=entry)
    if not form.is_valid():
        template, context = ("entry.html", about(entry)) if entry else ("new.html", {})
        return page(request, template, context | {"form": form}, kind=kind, status=422)
    back = found.back or ("" if can(request.user, Capability.MANAGE_POLICIES) else reverse("investigate:search"))
    return saved(request, form, lambda: draft_save(replay=found, actor=actor_of(request)), back=back)

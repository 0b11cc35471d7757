"""View of the possible matches: which recent messages a content policy would match, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from dashboard.audit.actions import AuditAction
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record_look
from dashboard.backend import api_client_for_console
from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.roles import Capability, can
from policy_patterns.expressions import words_in
from settings_admin.entries.api import Policies
from settings_admin.entries.forms import EntryForm
from settings_admin.kinds import CONTENT_POLICIES, Kind
from settings_admin.replay.policy_matching import WORDS_AT_MOST
from settings_admin.replay.possible_matches import Place, possible_matches
from settings_admin.views.entries import about
from settings_admin.views.page_layout import page

LONGEST_SAMPLE = 10_000
_NEEDED = ("pattern", "targets")


@require_POST
def matches(request: ConsoleRequest, kind: Kind, entry_id: str = "") -> HttpResponse:
    """Show the next messages that the form's content policy would match. Nothing is saved.

    Words of bodies are content of mail: they are shown to whoever may see it, and only where no reason is asked for.
    Each message whose words are shown is in the audit trail before.
    """
    if kind is not CONTENT_POLICIES:
        raise Http404("Only content policies have possible matches.")
    is_fragment = wants_fragment(request)
    found = Policies(kind).get(entry_id) if entry_id and not is_fragment else None
    form = EntryForm(kind, request.POST, entry=found)
    form.is_valid()
    faults = [form.errors[name] for name in _NEEDED if name in form.errors]
    sample = request.POST.get("sample", "")[:LONGEST_SAMPLE]
    context: dict[str, Any] = {"form": form, "sample": sample, "matches_faults": faults, "matches_url": request.path}
    if not faults:
        context |= _looked(request, form.values())
        # Only the first step says what is found in the person's own text.
        context["is_sample_tried"] = bool(sample.strip()) and context["step"].number == 1
        context["sample_words"] = words_in(str(form.values()["pattern"]), sample, most=WORDS_AT_MOST)
    if is_fragment:
        return page(request, "_possible_matches.html", context, kind=kind)
    template, around = ("entry.html", about(found)) if found else ("new.html", {})
    return page(request, template, around | context, kind=kind, status=422 if faults else 200)


def _looked(request: ConsoleRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Look at the next messages, and return the step as template context. Record whose body words are shown."""
    try:
        place = Place.of(request.POST.get("further", ""))
    except (BadSignature, ValueError) as error:
        raise Http404("There is no such place in the mail.") from error
    step = possible_matches(api_client_for_console(), values, place)
    sees_bodies = can(request.user, Capability.VIEW_CONTENT) and not settings.GATEHOUSE_ASK_REASON
    for hit in step.hits if sees_bodies else ():
        if hit.body_words:
            record_look(
                actor=actor_of(request),
                action=AuditAction.RAW_VIEW,
                object_kind="message",
                object_id=hit.message.id,
                detail={"words that match": str(values["pattern"])},
            )
    return {"step": step, "words": step.words(of_bodies=sees_bodies), "sees_bodies": sees_bodies}

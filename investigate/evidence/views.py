"""View that takes an evidence pack: a page that asks for the reason, and the download."""

import re
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.evidence.services import evidence_take

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class EvidenceForm(forms.Form):
    """Form for the reason of a pack."""

    why = forms.CharField(
        label="Reason", max_length=500, help_text="Kept in the audit trail and in the pack.", widget=forms.TextInput()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evidence(request: ConsoleRequest, kind: str, key: str | UUID) -> HttpResponse | FileResponse:
    """Ask for the reason, then send the pack. Content is shown to who may see raw mail."""
    form = EvidenceForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = {"form": form, "kind": kind, "key": key}
        return render(request, "investigate/evidence/evidence.html", context, status=status)
    taken = evidence_take(kind=kind, key=str(key), actor=actor_of(request), why=form.cleaned_data["why"])
    name = _UNSAFE.sub("-", str(key)).strip("-.")[:80] or "pack"
    response = FileResponse(
        taken.file,
        as_attachment=True,
        filename=f"evidence-{kind}-{name}-{timezone.now():%Y%m%d-%H%M%S}.zip",
        content_type="application/zip",
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Manifest-SHA256"] = taken.digest
    return response

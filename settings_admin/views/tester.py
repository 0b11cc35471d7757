"""View of the pattern tester: test a pattern on recent mail while typing, or on up to 90 days in the background."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from api_client.models import Message
from dashboard.audit.actor import actor_of
from dashboard.backend import api_client_for_console
from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.verdicts import Verdict, verdict_of
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, CONTENT_POLICIES, Kind
from settings_admin.replay.policy_matching import Touch, reads_bodies, touching
from settings_admin.replay.services import DAYS, replay_begin
from settings_admin.views.page_layout import page
from settings_admin.views.replays import person

RECENT = 500
SHOWN = 50


class TesterForm(forms.Form):
    """Form with a pattern and the part of a message that it is compared with."""

    what = forms.ChoiceField(
        label="Compared with",
        choices=[
            ("EMAIL", "The sender's address"),
            ("DOMAIN", "The sender's domain"),
            ("IP", "The sender's server"),
            ("recipient", "A recipient's address"),
            ("recipient-domain", "A recipient's domain"),
            ("subject", "The subject, anywhere in it"),
            ("body", "The body, anywhere in it"),
        ],
    )
    pattern = forms.CharField(
        label="Pattern",
        max_length=1024,
        strip=False,
        widget=forms.TextInput({"class": "pattern-input", "autocomplete": "off", "spellcheck": "false"}),
    )
    is_regex = forms.BooleanField(
        label="Regular expression",
        required=False,
        help_text="RE2. Senders and recipients have to match as a whole; subject and body always are expressions, "
        "of the dialect of blocked content.",
    )

    def clean(self) -> dict[str, Any]:
        """Validate the pattern for what it is compared with."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "pattern" in cleaned and "what" in cleaned:
            kind, values = self.entry()
            for fault in kind.faults(values):
                if fault.field == "pattern":
                    self.add_error("pattern", fault.message)
        return cleaned

    def entry(self) -> tuple[Kind, dict[str, Any]]:
        """Return the kind and values of a policy entry that makes this comparison."""
        what, pattern = self.cleaned_data["what"], self.cleaned_data["pattern"]
        if what in {"subject", "body"}:
            return CONTENT_POLICIES, {
                "name": "tester",
                "pattern": pattern,
                "targets": [what.upper()],
                "enabled": True,
            }
        is_regex = bool(self.cleaned_data.get("is_regex"))
        if not what.startswith("recipient"):
            return BLOCK_SENDERS, {"pattern": pattern, "pattern_type": what, "is_regex": is_regex}
        return ALLOW_POLICIES, {
            "pattern": pattern,
            "pattern_type": "DOMAIN" if what == "recipient-domain" else "EMAIL",
            "is_regex": is_regex,
            "is_exempt_recipient": True,
            "verify_sender": False,
        }


@require_http_methods(["GET", "HEAD", "POST"])
def tester(request: ConsoleRequest) -> HttpResponse:
    """Test a pattern on the newest mail immediately (GET), or on more mail by a replay in the background (POST)."""
    form = TesterForm(request.POST if request.method == "POST" else request.GET or None)
    is_valid = form.is_bound and form.is_valid()
    if request.method == "POST" and is_valid:
        kind, values = form.entry()
        days = request.POST.get("days", "")
        made = replay_begin(
            kind=kind,
            values=values,
            days=int(days) if days in {str(one) for one in DAYS} else DAYS[0],
            user=person(request),
            actor=actor_of(request),
            is_draft=False,
        )
        return redirect("settings_admin:replay", made.pk)
    context: dict[str, Any] = {"form": form, "days": DAYS}
    if is_valid:
        context |= _tried(*form.entry())
    template = "_tester_results.html" if wants_fragment(request) else "tester.html"
    status = 422 if form.is_bound and not is_valid and request.method == "POST" else 200
    return page(request, template, context, status=status)


def _tried(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """Return the newest messages that the pattern matches. Bodies are only read by replays in the background."""
    if reads_bodies(kind, values):
        return {"needs_bodies": True}
    now = timezone.now()
    found = api_client_for_console().investigate.list(
        per_page=RECENT, detections_only=False, start=now - timedelta(days=30), end=now
    )
    touch = touching(kind, values)
    hits: list[tuple[Message, Verdict, Touch]] = []
    for message in found.items:
        if touched := touch(message):
            hits.append((message, verdict_of(message.final_disposition), touched))
    return {
        "looked": len(found.items),
        "hit_count": len(hits),
        "recent_hits": hits[:SHOWN],
        "is_more": bool(found.next),
    }

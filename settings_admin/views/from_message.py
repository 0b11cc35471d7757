"""Views that block or allow the sender of a message, opened from the message's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from api_client import ApiError
from api_client.errors import BadRequest, Conflict
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can, demand
from settings_admin.entries.services import entry_create, refusals_of
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, Kind, Values
from settings_admin.patterns.checking import PatternKind
from settings_admin.replay.services import DAYS, replay_begin
from settings_admin.views.page_layout import page, write_problem
from settings_admin.views.proposals import make_proposal, too_many
from settings_admin.views.replays import person


class SenderForm(forms.Form):
    """Form that chooses what to block or allow: the sender, the sender's domain, or the sending server's IP."""

    sender = forms.CharField(required=False, max_length=320, widget=forms.HiddenInput)
    domain = forms.CharField(required=False, max_length=253, widget=forms.HiddenInput)
    ip = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    message = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    target = forms.ChoiceField(label="Whom", widget=forms.RadioSelect)
    comments = forms.CharField(label="Notes", required=False, max_length=1024, widget=forms.Textarea({"rows": 2}))
    why = forms.CharField(
        label="Why", required=False, max_length=1000, help_text="Kept in the history beside your name."
    )
    days = forms.TypedChoiceField(
        label="How far to look back", choices=[(days, f"Last {days} days") for days in DAYS], coerce=int, required=False
    )

    def __init__(self, kind: Kind, data: Any = None, *, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial or {})
        self.kind = kind
        asked = initial if data is None else data
        given = {name: str((asked or {}).get(name) or "").strip() for name in ("sender", "domain", "ip")}
        if not given["domain"] and "@" in given["sender"]:
            given["domain"] = given["sender"].rpartition("@")[2].strip(" >")
        labels = {
            "sender": ("This sender", PatternKind.EMAIL),
            "domain": ("The whole domain, with its subdomains", PatternKind.DOMAIN),
            "ip": ("The server", PatternKind.IP),
        }
        self.given = {name: (value, labels[name][1]) for name, value in given.items() if value}
        target = self.fields["target"]
        assert isinstance(target, forms.ChoiceField)  # noqa: S101 - tells the type checker what is declared above
        target.choices = [(name, f"{labels[name][0]}: {given[name]}") for name in self.given]
        self.initial.setdefault("target", next(iter(self.given), ""))

    def values(self) -> dict[str, Any]:
        """Return the values of the entry to create."""
        pattern, kind = self.given[self.cleaned_data["target"]]
        return {
            "pattern": pattern,
            "pattern_type": kind.value,
            "is_regex": False,
            "comments": self.cleaned_data["comments"] or None,
        }

    def clean(self) -> dict[str, Any]:
        """Validate the pattern for its type."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "target" in cleaned and "comments" in cleaned:
            for fault in self.kind.faults(self.values()):
                self.add_error(fault.field if fault.field in self.fields else "target", fault.message)
        return cleaned


class AllowForm(SenderForm):
    """Form that chooses what to allow, and what to exempt it from."""

    exempts = forms.ChoiceField(
        label="What for",
        choices=[
            ("acceptable", "Acceptable sender: never Spam, Spoof or Bulk; Malicious and Suspicious still count"),
            ("trusted", "Trusted sender: bypasses all detections and link following"),
        ],
        widget=forms.RadioSelect,
        initial="acceptable",
    )
    verify_sender = forms.BooleanField(
        label="Sender verification",
        required=False,
        initial=True,
        help_text="Honour it for mail that passes DMARC, SPF or DKIM, and no other.",
    )

    field_order = ["target", "exempts", "verify_sender"]

    def values(self) -> dict[str, Any]:
        """Return the values of the entry to create."""
        exempts = self.cleaned_data.get("exempts")
        return super().values() | {
            "is_trusted_sender": exempts == "trusted",
            "is_acceptable_sender": exempts == "acceptable",
            "is_exempt_recipient": False,
            "verify_sender": bool(self.cleaned_data.get("verify_sender")),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: ConsoleRequest) -> HttpResponse:
    """Block a message's sender, domain or server. The user can first replay the block on past mail."""
    return _add(request, BLOCK_SENDERS, SenderForm)


@require_http_methods(["GET", "HEAD", "POST"])
def allow(request: ConsoleRequest) -> HttpResponse:
    """Allow a message's sender, domain or server, or propose to. The user can first replay the policy on past mail."""
    return _add(request, ALLOW_POLICIES, AllowForm)


def _add(request: ConsoleRequest, kind: Kind, form_class: type[SenderForm]) -> HttpResponse:
    back = _message_url(request.POST.get("message") or request.GET.get("message", ""))
    if request.method != "POST":
        initial = {name: request.GET.get(name, "") for name in ("sender", "domain", "ip", "message")}
        return _form_page(request, kind, form_class(kind, initial=initial), back)
    form = form_class(kind, request.POST)
    if not form.is_valid():
        return _form_page(request, kind, form, back, status=422)
    if request.POST.get("then") == "propose":
        return _proposed(request, kind, form, back)
    if kind is not BLOCK_SENDERS:
        demand(request, Capability.MANAGE_POLICIES, object_kind=kind.noun, object_id=kind.name_of(form.values()))
    if request.POST.get("then") == "look":
        made = replay_begin(
            kind=kind,
            values=form.values(),
            days=form.cleaned_data["days"] or DAYS[0],
            user=person(request),
            actor=actor_of(request),
            why=form.cleaned_data["why"],
            back=back,
        )
        return redirect("settings_admin:replay", made.pk)
    return _saved(request, kind, form, form.values(), back)


def _proposed(request: ConsoleRequest, kind: Kind, form: SenderForm, back: str) -> HttpResponse:
    why, made = form.cleaned_data["why"], None
    if not why:
        form.add_error("why", "Say why, for whoever decides.")
    else:
        message_id = form.cleaned_data["message"] if back else ""
        made = make_proposal(request, kind, form.values(), why, message_id=message_id)
        if made is None:
            form.add_error("target", too_many())
    if made is None:
        return _form_page(request, kind, form, back, status=422)
    return redirect("proposals:proposal", made.pk)


def _saved(request: ConsoleRequest, kind: Kind, form: SenderForm, values: Values, back: str) -> HttpResponse:
    try:
        made = entry_create(kind=kind, values=values, actor=actor_of(request), why=form.cleaned_data["why"])
    except (BadRequest, Conflict) as error:
        for name, message in refusals_of(error, kind):
            form.add_error(name if name in form.fields else "target", message)
        return _form_page(request, kind, form, back, status=error.status)
    except ApiError as error:
        problem = write_problem(error)
        return _form_page(request, kind, form, back, status=problem.status, problem=problem)
    done = "blocked" if kind is BLOCK_SENDERS else "allowed"
    messages.success(request, f"{made.name} is {done} from the next message on.")
    return redirect(back or "investigate:search")


def _form_page(
    request: ConsoleRequest, kind: Kind, form: SenderForm, back: str, *, status: int = 200, problem: Any = None
) -> HttpResponse:
    writes = kind is BLOCK_SENDERS or can(request.user, Capability.MANAGE_POLICIES)
    context = {"form": form, "back": back or reverse("investigate:search"), "problem": problem, "writes": writes}
    return page(request, "from_message.html", context, kind=kind, status=status)


def _message_url(message_id: str) -> str:
    """Return the URL of the message's page, or an empty string for an invalid message id."""
    try:
        return reverse("investigate:message", args=[message_id]) if message_id else ""
    except NoReverseMatch:
        return ""

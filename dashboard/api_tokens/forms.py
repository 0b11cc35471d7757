"""Forms that make, narrow and rotate tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from api_client.errors import StatusError
from api_client.models import ApiToken, TokenRight

RIGHTS = {
    TokenRight.SEARCH: "Search, messages",
    TokenRight.CONTENT: "Look at content",
    TokenRight.SUBMISSIONS: "Submissions, reports",
    TokenRight.POLICIES: "Policies",
    TokenRight.BULK: "Bulk jobs",
    TokenRight.MOVE: "Move (writes)",
    TokenRight.PURGE: "Purge (writes)",
    TokenRight.RELEASE: "Release (writes)",
    TokenRight.RECLASSIFY: "Submit for review (writes)",
    TokenRight.HOLDS: "Legal holds (writes)",
}
_SPANS = [("1", "In a day"), ("7", "In a week"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year")]
_NETWORKS_HINT = "Addresses or networks such as 192.0.2.0/24, one a line."


class _TokenForm(forms.Form):
    """What the forms have in common: the API checks the values, and its refusals go to the fields."""

    def add_refusals(self, error: StatusError) -> None:
        """Add the API's errors to the fields that they are about."""
        for entry in error.errors:
            name = (entry.pointer or "").strip("/").split("/")[0]
            text = entry.message.removeprefix(f"{name}: ").rstrip(".")
            self.add_error(name if name in self.fields else None, f"{text[:1].upper()}{text[1:]}.")
        if not self.errors:
            self.add_error(None, error.reason)

    def network_lines(self) -> list[str]:
        """Return the lines of the field of networks."""
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]

    def expiry_time(self) -> datetime | None:
        """Return when the token ends, or None."""
        days = self.cleaned_data["expires_at"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class NewTokenForm(_TokenForm):
    """Form that makes a token."""

    name = forms.CharField(
        max_length=50,
        help_text="What uses it, such as siem. Lower-case letters, digits, dots and dashes. It is in the audit trail.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    scope = forms.ChoiceField(choices=[("read", "Read"), ("write", "Read and write")])
    rights = forms.MultipleChoiceField(
        choices=[(right.value, label) for right, label in RIGHTS.items()],
        initial=[TokenRight.SEARCH.value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one right at least."},
    )
    expires_at = forms.ChoiceField(label="Expires", choices=[*_SPANS[1:], ("", "Never")], initial="90", required=False)
    networks = forms.CharField(
        label="Used from",
        required=False,
        max_length=5000,
        help_text=f"{_NETWORKS_HINT} Empty: from anywhere.",
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )


class NarrowForm(_TokenForm):
    """Form that takes scope, rights, addresses or time from a token. Only what it has can be kept."""

    scope = forms.ChoiceField(choices=[])
    rights = forms.MultipleChoiceField(
        choices=[],
        label="Rights it keeps",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Keep one right at least, or revoke the token."},
    )
    expires_at = forms.ChoiceField(label="Expires", choices=[("", "As it is"), *_SPANS], required=False)
    networks = forms.CharField(
        label="Used from",
        required=False,
        max_length=5000,
        help_text=_NETWORKS_HINT,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )

    def __init__(self, token: ApiToken, data: Any = None) -> None:
        initial = {"scope": token.scope, "rights": token.rights, "networks": "\n".join(token.networks)}
        super().__init__(data, initial=initial)
        scopes = [("read", "Read"), ("write", "Read and write")]
        self.fields["scope"].choices = scopes if token.scope == "write" else scopes[:1]  # type: ignore[attr-defined]
        kept = [(right.value, label) for right, label in RIGHTS.items() if right in token.rights]
        self.fields["rights"].choices = kept  # type: ignore[attr-defined]  # both are ChoiceFields


class RotateForm(forms.Form):
    """Form that asks for a new secret, and for how long the old one stays valid."""

    grace_hours = forms.TypedChoiceField(
        label="The old secret stays valid",
        choices=[(24, "For a day"), (1, "For an hour"), (168, "For a week"), (0, "Not at all")],
        coerce=int,
    )

"""Form of an entry's owner, reason and expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from settings_admin.kinds import Kind, Values
from settings_admin.upkeep.models import Term
from settings_admin.upkeep.terms import WARNED
from settings_admin.upkeep.uses import untold_reason

IDLE_DAYS: Final = (30, 60, 90)
LONGEST_AHEAD: Final = timedelta(days=5 * 365)


class TermForm(forms.Form):
    """Form of a term. An entry whose uses can't be told has no expiry by idleness."""

    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody", help_text="Is warned, and may renew it."
    )
    reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Why the entry is there. Kept with it, and after it.",
    )
    ends_on = forms.DateField(
        label="Expires on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="A day in UTC, at least a week from now: it is warned of a week before. Empty: no date.",
    )
    idle_days = forms.TypedChoiceField(
        label="Expires without a use for",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No such end"), *((days, f"{days} days") for days in IDLE_DAYS)],
        help_text="Counted from the last use that search results tell, or from today.",
    )

    def __init__(self, kind: Kind, values: Values, data: Any = None, *, term: Term | None = None) -> None:
        initial = (
            {"owner": term.owner_id, "reason": term.reason, "ends_on": term.ends_on, "idle_days": term.idle_days}
            if term
            else {}
        )
        super().__init__(data, initial=initial)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what is declared above
        owner.queryset = User.objects.filter(is_active=True).order_by("username")
        self.untold = untold_reason(kind, values)
        if self.untold:
            del self.fields["idle_days"]

    def clean_ends_on(self) -> Any:
        """Refuse a day for which there is no week to warn in, or that nobody will remember."""
        day, today = self.cleaned_data["ends_on"], timezone.now().date()
        if day is None or day == self.initial.get("ends_on"):
            return day
        if day < today + WARNED:
            raise forms.ValidationError("Choose a day at least a week from now. To end it today, retire it.")
        if day > today + LONGEST_AHEAD:
            raise forms.ValidationError("Choose a day within five years.")
        return day

"""Form with the filters of the audit trail."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome


class AuditFilterForm(forms.Form):
    """Filters of the audit trail. All fields are optional. Days are in the viewer's time zone."""

    person = forms.CharField(required=False, max_length=150)
    action = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((action.value, action.label) for action in AuditAction)]
    )
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((outcome.value, outcome.value.capitalize()) for outcome in Outcome)]
    )
    object_id = forms.CharField(label="Object", required=False, max_length=255)
    request_id = forms.CharField(label="Request", required=False, max_length=64)
    from_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def filters(self) -> dict[str, Any]:
        """Return the filters that were set, as arguments for the selectors."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        zone = timezone.get_current_timezone()
        if day := chosen.pop("from_day", None):
            chosen["since"] = datetime.combine(day, time.min, tzinfo=zone)
        if day := chosen.pop("to_day", None):
            chosen["until"] = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
        return chosen

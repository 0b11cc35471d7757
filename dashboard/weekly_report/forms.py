"""Forms of the weekly report: when, and to whom."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms

from dashboard.outbox.mail import LANGUAGES
from dashboard.weekly_report.models import WEEKDAYS


class ScheduleForm(forms.Form):
    """When the report is sent."""

    is_on = forms.BooleanField(label="Send it", required=False)
    weekday = forms.TypedChoiceField(choices=list(enumerate(WEEKDAYS)), coerce=int, label="On")
    hour = forms.TypedChoiceField(choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label="At")
    zone = forms.CharField(max_length=64, label="Time zone", help_text="Such as Europe/Berlin.")

    def clean_zone(self) -> str:
        """Check that there is such a zone."""
        zone = str(self.cleaned_data["zone"]).strip()
        if zone not in available_timezones():
            raise forms.ValidationError("There is no such time zone. Write one such as Europe/Berlin.")
        return zone


class RecipientForm(forms.Form):
    """Who gets it, and in which language."""

    address = forms.EmailField(max_length=254, label="Mail address")
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))

"""Form for a search with the API client's filters, from which a selection of everything that matches is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from api_client.resources import SearchFilters

TEXTS = (
    "query",
    "sender",
    "recipient",
    "domain",
    "url",
    "subject",
    "exact_subject",
    "message_id",
    "alert_id",
    "smtp_helo_ip",
    "final_disposition",
    "message_action",
    "delivery_status",
)
LONGEST = 1000


class MomentField(forms.CharField):
    """A point in time in ISO 8601 format with its offset."""

    def to_python(self, value: Any) -> datetime:  # type: ignore[override]  # the cleaned value is a datetime, not text.
        """Parse the time. Raise ValidationError if it is invalid or has no offset."""
        try:
            moment = parse_datetime(str(value).strip())
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment):
            raise forms.ValidationError("That is not a time with its offset from UTC.")
        return moment


class SearchSelectionForm(forms.Form):
    """The filters of `api_client.resources.SearchFilters` under their names, repeated for several values."""

    start = MomentField()
    end = MomentField()
    detections_only = forms.BooleanField(required=False)
    label = forms.CharField(required=False, max_length=300)
    next = forms.CharField(required=False)

    def __init__(self, data: QueryDict) -> None:
        """Read the posted data. Filters that are posted empty are left out."""
        super().__init__(data)
        self.texts = {name: [value for value in data.getlist(name) if value.strip()] for name in TEXTS}

    def clean(self) -> dict[str, Any]:
        """Reject a range that ends before it starts, and values that are too long."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "start" in cleaned and "end" in cleaned and cleaned["start"] >= cleaned["end"]:
            self.add_error("end", "The range ends before it starts.")
        if any(len(value) > LONGEST for values in self.texts.values() for value in values):
            raise forms.ValidationError(f"A filter has {LONGEST} characters at most.")
        return cleaned

    def filters(self) -> SearchFilters:
        """Return the filters for the client, without the time range."""
        found: dict[str, Any] = {"detections_only": self.cleaned_data["detections_only"]}
        for name, values in self.texts.items():
            if values:
                found[name] = values[0] if len(values) == 1 else values
        return cast(SearchFilters, found)

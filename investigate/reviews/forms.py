"""Forms shared by submissions and PhishGuard reports: filter by days, note, and close."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

LONGEST_NOTE = 4000
ANY = ("", "Any")


class RangeForm(forms.Form):
    """Base form of list filters: words and a range of days in the viewer's time zone, both inclusive.

    `page` counts from 1.
    """

    query = forms.CharField(label="Words", required=False, max_length=200)
    from_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Convert the days to `start` (inclusive) and `end` (exclusive). Reject a range that ends before it starts."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        zone = timezone.get_current_timezone()
        first, last = cleaned.get("from_day"), cleaned.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", "The range ends before it starts.")
        cleaned["start"] = datetime.combine(first, time.min, tzinfo=zone) if first else None
        cleaned["end"] = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone) if last else None
        return cleaned

    @property
    def is_filtered(self) -> bool:
        """Return whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields if name not in {"page", "order", "direction"})


class NoteForm(forms.Form):
    """Form of a note."""

    text = forms.CharField(label="Note", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}), strip=True)


class CloseForm(forms.Form):
    """Form to close a submission or report in the console, with its outcome as text."""

    words = forms.CharField(
        label="What came of it",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in Gatehouse: the API has no operation to close a submission.",
    )

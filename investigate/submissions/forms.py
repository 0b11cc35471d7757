"""Forms of submissions and reports."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from api_client.models.values import SubmissionDisposition
from dashboard.verdicts import verdict_of
from investigate.submissions.selectors import SUBMISSION_ORDERS

LONGEST_NOTE = 4000
LARGEST_EML = 25 * 1024 * 1024

ANY = ("", "Any")
DISPOSITIONS = [(value.value, verdict_of(value.value).label) for value in SubmissionDisposition]


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ANY, *choices])


class RangeForm(forms.Form):
    """A stretch of days in the viewer's zone, both included; `page` counts from 1."""

    query = forms.CharField(label="Words", required=False, max_length=200)
    from_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Turn the days into points in time, and refuse a range that ends before it starts."""
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
        """Whether anything narrows the list."""
        return any(self.cleaned_data.get(name) for name in self.fields if name not in {"page", "order", "direction"})


class SubmissionFilterForm(RangeForm):
    """Which submissions to show: every filter that the API has."""

    type = _choice("Asked by", [("Team", "The team"), ("User", "A user")])
    customer_status = _choice(
        "Reviewed", [("unreviewed", "Unreviewed"), ("reviewed", "Reviewed"), ("escalated", "Escalated")]
    )
    original_disposition = _choice("Original verdict", DISPOSITIONS)
    requested_disposition = _choice("Requested verdict", DISPOSITIONS)
    outcome_disposition = _choice("Final verdict", DISPOSITIONS)
    escalated_from_user = _choice("Escalates a user's report", [("yes", "Yes"), ("no", "No")])
    agreement = _choice("Asked and final", [("agreed", "Agree"), ("differed", "Differ")])
    requested_by = forms.CharField(label="Requester", required=False, max_length=320)
    submission_id = forms.CharField(label="Submission id", required=False, max_length=64)
    order = forms.ChoiceField(label="Order", required=False, choices=[("", "Asked"), *SUBMISSION_ORDERS.items()])
    direction = forms.ChoiceField(
        label="Direction", required=False, choices=[("", "Descending"), ("asc", "Ascending"), ("desc", "Descending")]
    )


class ReportFilterForm(RangeForm):
    """Which reports to show."""

    priority = forms.ChoiceField(label="Priority", required=False)
    disposition = forms.ChoiceField(label="Verdict", required=False)
    tag = forms.CharField(label="Tag", required=False, max_length=100)

    def __init__(self, *args: Any, priorities: list[str], dispositions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("priority", priorities), ("disposition", dispositions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what is declared above
            labels = [(value, verdict_of(value).label if name == "disposition" else value.title()) for value in values]
            field.choices = [ANY, *labels]


class NoteForm(forms.Form):
    """A remark."""

    text = forms.CharField(label="Note", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}), strip=True)


class CloseForm(forms.Form):
    """Why it is closed here."""

    words = forms.CharField(
        label="What came of it",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in Gatehouse: the API has no operation to close a submission.",
    )


class EscalateForm(forms.Form):
    """Which verdict to ask for in the team's name."""

    disposition = forms.ChoiceField(label="Verdict to ask for", choices=DISPOSITIONS)


class SubmitForm(forms.Form):
    """A message as a file, and the verdict that it should have."""

    eml = forms.FileField(
        label="Message (.eml)",
        help_text="Choose the file or drop it here. It has to be a message that the API knows by its Message-ID.",
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,message/rfc822"}),
    )
    disposition = forms.ChoiceField(label="Verdict to ask for", choices=DISPOSITIONS)

    def clean_eml(self) -> Any:
        """Refuse what is too large to send."""
        upload = self.cleaned_data["eml"]
        if upload.size > LARGEST_EML:
            raise forms.ValidationError(f"The file is larger than {LARGEST_EML // 1024 // 1024} MB.")
        return upload

"""Forms to filter submissions, to escalate a user's report, and to submit a message as a file."""

from __future__ import annotations

from typing import Any

from django import forms

from api_client.models.values import SubmissionDisposition
from dashboard.verdicts import verdict_of
from investigate.reviews.forms import ANY, RangeForm
from investigate.submissions.selectors import SUBMISSION_ORDERS

LARGEST_EML = 25 * 1024 * 1024

DISPOSITIONS = [(value.value, verdict_of(value.value).label) for value in SubmissionDisposition]


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ANY, *choices])


class SubmissionFilterForm(RangeForm):
    """Filters of the list of submissions: all filters of the API, and some of the console."""

    type = _choice("Asked by", [("Team", "The team"), ("User", "A user")])
    customer_status = _choice(
        "Status", [("unreviewed", "Unreviewed"), ("reviewed", "Reviewed"), ("escalated", "Escalated")]
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


class EscalateForm(forms.Form):
    """Form of the disposition that the team requests when it escalates a user's report."""

    disposition = forms.ChoiceField(label="Verdict to ask for", choices=DISPOSITIONS)


class SubmitForm(forms.Form):
    """Form of a message as an .eml file, and the requested disposition."""

    eml = forms.FileField(
        label="Message (.eml)",
        help_text="Choose the file or drop it here. It has to be a message that the API knows by its Message-ID.",
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,message/rfc822"}),
    )
    disposition = forms.ChoiceField(label="Verdict to ask for", choices=DISPOSITIONS)

    def clean_eml(self) -> Any:
        """Reject a file that is larger than LARGEST_EML."""
        upload = self.cleaned_data["eml"]
        if upload.size > LARGEST_EML:
            raise forms.ValidationError(f"The file is larger than {LARGEST_EML // 1024 // 1024} MB.")
        return upload

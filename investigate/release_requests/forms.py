"""Form of a decision."""

from __future__ import annotations

from django import forms

from investigate.release_requests.deciding import LONGEST_ANSWER


class AnswerForm(forms.Form):
    """What the team tells the recipient, and whether what the API does for others too is agreed to."""

    answer = forms.CharField(
        label="Answer to the recipient",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is mailed with the decision. Links in it are made unclickable.",
    )
    takes_all = forms.BooleanField(required=False)

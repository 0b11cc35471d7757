"""Form that filters PhishGuard reports."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboard.verdicts import verdict_of
from investigate.reviews.forms import ANY, RangeForm


class ReportFilterForm(RangeForm):
    """Filters of the list of reports. The choices of priority and disposition are passed to the constructor."""

    priority = forms.ChoiceField(label="Priority", required=False)
    disposition = forms.ChoiceField(label="Verdict", required=False)
    tag = forms.CharField(label="Tag", required=False, max_length=100)

    def __init__(self, *args: Any, priorities: list[str], dispositions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("priority", priorities), ("disposition", dispositions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; the field is declared above
            labels = [(value, verdict_of(value).label if name == "disposition" else value.title()) for value in values]
            field.choices = [ANY, *labels]

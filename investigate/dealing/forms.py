"""The form that names what is to be dealt with."""

from django import forms

from dashboard.jobs.pages.forms import IdsField


class DealForm(forms.Form):
    """Messages, and of one message whether all copies of its mail are meant."""

    ids = IdsField()
    scope = forms.ChoiceField(required=False, choices=[("copies", "All copies"), ("one", "This message alone")])

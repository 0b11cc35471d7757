"""Forms for notes on messages and for the assignee of a message."""

from django import forms
from django.contrib.auth.models import User

from investigate.annotations.models import LONGEST_NOTE
from investigate.annotations.selectors import people_to_assign
from investigate.annotations.tags import TagInvalid, tag_of


class NoteForm(forms.Form):
    """Form of a note."""

    text = forms.CharField(
        label="Note", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "What you found"})
    )


class AssignForm(forms.Form):
    """Form of the assignee. An empty value removes the assignee."""

    assignee = forms.CharField(required=False, max_length=150)

    def clean_assignee(self) -> User | None:
        """Return the user, or None for an empty value. Reject a user to whom messages can't be assigned."""
        name = str(self.cleaned_data["assignee"])
        if not name:
            return None
        person = next((one for one in people_to_assign() if one.get_username() == name), None)
        if person is None:
            raise forms.ValidationError("Choose somebody of the team.")
        return person


class TagForm(forms.Form):
    """Form of a tag to add or remove."""

    tag = forms.CharField(
        label="Tag",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "list": "known-tags", "autofocus": True}),
    )

    def clean_tag(self) -> str:
        """Return the tag as it is stored."""
        try:
            return tag_of(str(self.cleaned_data["tag"]))
        except TagInvalid as error:
            raise forms.ValidationError(str(error)) from None

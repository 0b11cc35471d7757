"""Forms of the team."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator

from dashboard.capabilities import Role

ROLES = [(role.value, role.value.capitalize()) for role in Role]


class InviteForm(forms.Form):
    """A new person."""

    username = forms.CharField(
        label="Name",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="What they sign in with: letters, digits and @ . + - _",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(choices=ROLES)

    def clean_username(self) -> str:
        """Refuse a name that somebody has, whatever its case."""
        name: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("Somebody has this name already.")
        return name


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(choices=ROLES)

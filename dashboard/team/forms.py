"""Forms of the user management."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator

from dashboard.capabilities import Role

ROLES = [(role.value, role.label) for role in Role]


class InviteForm(forms.Form):
    """Form that invites a new user."""

    username = forms.CharField(
        label="Name",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="What they sign in with: letters, digits and @ . + - _",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(choices=ROLES, initial=Role.REVIEWER.value)

    def clean_username(self) -> str:
        """Return the normalized username. Refuse one that exists, compared case-insensitively."""
        name: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("Somebody has this name already.")
        return name


class RoleForm(forms.Form):
    """Form that changes a user's role."""

    role = forms.ChoiceField(choices=ROLES)

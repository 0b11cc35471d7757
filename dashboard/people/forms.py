"""Forms of the sign-in page and the account page."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from dashboard.people.preferences import Density, Theme, zone_names


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign-in form with username and password. The username field has the focus."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True


class EmailForm(forms.Form):
    """Form with one's own e-mail address. It takes the password, since a new password can be sent to the address."""

    email = forms.EmailField(
        label="E-mail address",
        required=False,
        max_length=254,
        help_text="Notices and the link for a forgotten password are sent to it.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Your password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class ThemeForm(forms.Form):
    """Form that chooses the colour theme."""

    theme = forms.ChoiceField(choices=[(theme.value, theme.value.capitalize()) for theme in Theme])


class DisplayForm(forms.Form):
    """Form with the time zone and the row height of tables. An empty zone follows the browser."""

    zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        help_text="Times are shown in this zone. The time in UTC shows when you point at one.",
    )
    density = forms.ChoiceField(
        label="Rows of tables",
        choices=[(Density.DENSE.value, "Dense, 32 px"), (Density.RELAXED.value, "Relaxed, 40 px")],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they come
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - tells the type checker what is declared above
        zone.choices = [("", "As the browser says"), *((name, name.replace("_", " ")) for name in zone_names())]

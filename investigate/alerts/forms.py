"""Form of an alert."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.http import QueryDict

from dashboard.capabilities import Capability, can
from dashboard.outbox.addresses import AddressForbidden, url_checked
from dashboard.outbox.mail import LANGUAGES
from investigate.alerts.models import Kind, Way
from investigate.automations.condition import ConditionInvalid, condition_of
from investigate.search.form import SearchForm
from investigate.search.saved.models import SavedSearch

MINE, TEAM = "mine", "team"
_TIME = ("range", "start", "end", "cursor", "past", "at")


class AlertForm(forms.Form):
    """What to look for, and whom to tell. Only who may manage what is sent makes alerts of the team."""

    name = forms.CharField(max_length=80, required=False, help_text="Left empty, it is called after what it looks for.")
    kind = forms.ChoiceField(label="Look for", choices=Kind.choices)
    saved = forms.ModelChoiceField(
        label="Saved search", queryset=SavedSearch.objects.all(), required=False, help_text="For new matches."
    )
    threshold = forms.IntegerField(
        label="Messages an hour",
        min_value=10,
        max_value=100_000,
        initial=100,
        required=False,
        help_text="To one person, for mail bombs.",
    )
    of = forms.ChoiceField(label="Tell", choices=[(MINE, "Me, by mail"), (TEAM, "The team")], initial=MINE)
    way = forms.ChoiceField(label="The team, by", choices=Way.choices, required=False, initial=Way.MAIL)
    target = forms.CharField(
        label="Address",
        max_length=2000,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="For the team: a mail address, or the webhook's URL, which nobody sees again.",
    )
    language = forms.ChoiceField(label="Language of the mail", choices=list(LANGUAGES.items()), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not can(user, Capability.MANAGE_SENDING):
            for name in ("of", "way", "target"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Check that what belongs together is there, and that the target may be sent to."""
        values = super().clean() or {}
        values["search"] = self._search(values) if values.get("kind") == Kind.MATCHES else ""
        values["language"] = values.get("language") or "en"
        values["threshold"] = values.get("threshold") or 100
        if values.get("of", MINE) == MINE:
            values |= {"of": MINE, "way": Way.MAIL, "target": ""}
            if not self.user.email:
                self.add_error(None, "Your account has no mail address. An admin or your account page can add one.")
        else:
            values["way"] = values.get("way") or Way.MAIL
            self._check_target(values)
        saved = values.get("saved")
        values["name"] = values.get("name") or (
            saved.name if saved else Kind(values["kind"]).label if values.get("kind") else ""
        )
        return values

    def _search(self, values: dict[str, Any]) -> str:
        saved = values.get("saved")
        if saved is None:
            self.add_error("saved", "Choose a saved search. Save one on the search page if there is none.")
            return ""
        query = QueryDict(saved.query, mutable=True)
        for name in _TIME:
            query.pop(name, None)
        search = SearchForm(query)
        try:
            search.is_valid()
            return condition_of(search.text).text
        except ConditionInvalid as error:
            self.add_error("saved", str(error))
            return ""

    def _check_target(self, values: dict[str, Any]) -> None:
        target = (values.get("target") or "").strip()
        values["target"] = target
        if values["way"] == Way.MAIL:
            try:
                validate_email(target)
            except forms.ValidationError:
                self.add_error("target", "Write a mail address.")
            return
        try:
            url_checked(target)
        except AddressForbidden as error:
            self.add_error("target", str(error))

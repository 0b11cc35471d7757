"""Forms of destinations and of replays."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from dashboard.outbox.addresses import AddressForbidden, endpoint_of
from dashboard.outbox.tls import NoAuthority, tls_context
from investigate.event_export.models import Destination
from investigate.event_export.selectors import destinations_all
from investigate.event_export.sending.servers import server_of
from investigate.event_export.states import VERDICTS, AlertFormat, Kind, Way

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_OWN_HEADERS = re.compile(
    r"host|connection|keep-alive|te|trailer|upgrade|transfer-encoding|expect|accept|user-agent|content-.*|webhook-.*",
    re.IGNORECASE,
)

_USED = {
    Way.WEBHOOK: ("address", "ca"),
    Way.HTTPS: ("address", "header", "token", "ca"),
    Way.FILE: (),
    Way.SYSLOG: ("address", "ca"),
}
"""Fields that only some ways have."""

_ADDRESS = {
    Way.WEBHOOK: ("URL", "https://…, or http:// to this machine. It gets a POST for each event."),
    Way.HTTPS: ("URL", "https://…, or http:// to this machine. It gets batches of lines, compressed with gzip."),
    Way.SYSLOG: ("Server", "HOST:PORT, such as logs.acme.example:6514. plain://127.0.0.1:PORT speaks no TLS."),
}


class DestinationForm(forms.Form):
    """Form of a destination of one way. `token` is never shown: left empty, it stays as it is."""

    name = forms.CharField(max_length=80)
    kinds = forms.MultipleChoiceField(
        label="Events", choices=Kind.choices, widget=forms.CheckboxSelectMultiple, initial=[Kind.ALERTS]
    )
    verdicts = forms.MultipleChoiceField(
        label="Only of these verdicts",
        required=False,
        choices=[(name, "Clean" if name == "unset" else name.capitalize()) for name in VERDICTS],
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked takes all. Entries of the audit trail have no verdict and always go.",
    )
    alert_format = forms.ChoiceField(label="Alerts are written as", choices=AlertFormat.choices)
    address = forms.CharField(max_length=500, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}))
    header = forms.CharField(
        label="Header field of the token",
        required=False,
        max_length=64,
        help_text="Such as Authorization or X-Auth-Token. Leave it empty if the collector wants none.",
    )
    token = forms.CharField(
        label="Value of that field",
        required=False,
        max_length=4000,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="With its scheme if it has one, such as “Bearer …” or “Splunk …”. It is kept encrypted.",
    )
    ca = forms.CharField(
        label="Certificate of its own authority",
        required=False,
        max_length=60_000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text="PEM, if no public authority has signed the server's certificate. Then only this one counts.",
    )

    def __init__(self, *args: Any, way: Way, destination: Destination | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way, self.destination = way, destination
        for name in {"address", "header", "token", "ca"} - set(_USED[way]):
            del self.fields[name]
        if "address" in self.fields:
            self.fields["address"].label, self.fields["address"].help_text = _ADDRESS[way]
        if destination is not None and destination.token and "token" in self.fields:
            self.fields["token"].help_text = "One is set. Left empty, it stays; it is removed with its header field."

    @classmethod
    def of(cls, destination: Destination) -> DestinationForm:
        """Return the form with what a destination has, except its secrets."""
        names = ("name", "kinds", "verdicts", "alert_format", "address", "header", "ca")
        initial = {name: getattr(destination, name) for name in names}
        return cls(initial=initial, way=Way(destination.way), destination=destination)

    def clean_name(self) -> str:
        """Refuse a name that another destination has."""
        name: str = self.cleaned_data["name"]
        others = destinations_all().filter(name=name)
        if self.destination is not None:
            others = others.exclude(pk=self.destination.pk)
        if others.exists():
            raise forms.ValidationError("Another destination has this name.")
        return name

    def clean_address(self) -> str:
        """Refuse what the console would not connect to. A name that has no address now is taken: it may have one."""
        text: str = self.cleaned_data["address"].strip()
        try:
            if self.way == Way.SYSLOG:
                server_of(text)
            else:
                endpoint_of(text)
        except AddressForbidden as error:
            raise forms.ValidationError(str(error)) from None
        except OSError:
            return text
        return text

    def clean_header(self) -> str:
        """Refuse what is no name of a header field, or one that Gatehouse writes itself."""
        name: str = self.cleaned_data["header"].strip()
        if name and not _HEADER.fullmatch(name):
            raise forms.ValidationError("Letters, digits and hyphens, beginning with a letter.")
        if _OWN_HEADERS.fullmatch(name):
            raise forms.ValidationError("Gatehouse writes this field itself.")
        return name

    def clean_token(self) -> str:
        """Refuse what can't stand in a header field."""
        token: str = self.cleaned_data["token"].strip()
        if not (token.isascii() and (token.isprintable() or not token)):
            raise forms.ValidationError("Only printable ASCII can stand in a header field.")
        return token

    def clean_ca(self) -> str:
        """Refuse what is no certificate."""
        text: str = self.cleaned_data["ca"].strip()
        try:
            tls_context(text)
        except NoAuthority as error:
            raise forms.ValidationError(str(error)) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Have a token and its field set together."""
        found = super().clean() or {}
        has_token = bool(found.get("token") or (self.destination and self.destination.token))
        if found.get("header") and not has_token and "token" not in self.errors:
            self.add_error("token", "Give the value that the field carries.")
        if found.get("token") and not found.get("header") and "header" not in self.errors:
            self.add_error("header", "Name the field that carries the token.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the row, without the token."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}

    @property
    def given_token(self) -> str | None:
        """Return the token that was given, an empty one if it is removed, or None if it stays."""
        if "token" not in self.cleaned_data:
            return None
        if not self.cleaned_data.get("header"):
            return ""
        return self.cleaned_data["token"] or None


class ReplayForm(forms.Form):
    """Form of a replay: since when, and the key of this press."""

    since = forms.DateTimeField(
        label="From, in your time",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"],
    )
    press = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @classmethod
    def fresh(cls) -> ReplayForm:
        """Return the form with the last day."""
        return cls(initial={"since": timezone.now() - timedelta(days=1), "press": uuid.uuid4()})

    def clean_since(self) -> Any:
        """Refuse times of which no events are kept, or that are to come."""
        since = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError("That is still to come.")
        days = settings.GATEHOUSE_EVENT_DAYS
        if days and since < timezone.now() - timedelta(days=days + 1):
            raise forms.ValidationError(f"Events are kept for {days} days.")
        return since

"""Form of a new legal hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

_MOST = 1000
_LONGEST = 320
_SHOWN = 5
_AREA = {"rows": 3, "spellcheck": "false", "autocapitalize": "off"}
_DATE = {"type": "date"}


class _ListField(forms.CharField):
    """A list of words, one a line or separated by blanks or commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(_AREA), max_length=_MOST * 40, **options)

    def clean(self, value: Any) -> list[str]:
        """Return the words, each once. Refuse too many and too long ones."""
        words = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", super().clean(value)))))
        if len(words) > _MOST:
            raise forms.ValidationError(f"At most {_MOST} are taken; these are {len(words)}.")
        if any(len(word) > _LONGEST for word in words):
            raise forms.ValidationError(f"One is longer than {_LONGEST} characters.")
        return words


class HoldForm(forms.Form):
    """What a hold names: all that is filled in has to fit a message.

    With `anyway`, ids of which no message is stored are held too, such as those of mail that may yet be put back.
    """

    name = forms.CharField(max_length=200, help_text="Such as the number of the case.")
    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 2}))
    message_ids = _ListField(label="Messages", help_text="Their ids, one a line.")
    recipients = _ListField(label="Recipients", help_text="Addresses, one a line.")
    senders = _ListField(label="Senders", help_text="Addresses or domains, one a line.")
    since = forms.DateField(label="From day", required=False, widget=forms.DateInput(_DATE))
    until = forms.DateField(label="Before day", required=False, widget=forms.DateInput(_DATE))

    anyway = forms.BooleanField(label="Hold these ids all the same", required=False)

    is_unsure = False
    """Whether the form asks if ids that are not found are meant."""

    @property
    def named(self) -> list[forms.BoundField]:
        """The fields that say what the hold is and what it names."""
        return [field for field in self if field.name != "anyway"]

    def ask_about(self, unknown: Sequence[str]) -> None:
        """Refuse ids of which no message is stored, if there are any, until somebody ticks that they are meant."""
        if not unknown:
            return
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        self.is_unsure = True
        self.add_error("message_ids", f"No message is stored under {', '.join(unknown[:_SHOWN])}{more}.")

    def clean(self) -> dict[str, Any]:
        """Return the data with days as times in the person's zone. Refuse a hold that names nothing."""
        data = super().clean() or {}
        for name in ("since", "until"):
            if day := data.get(name):
                data[name] = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
        named = [data.get(name) for name in ("message_ids", "recipients", "senders", "since", "until")]
        if not self.errors and not any(named):
            raise forms.ValidationError("Name messages, recipients, senders or a period.")
        if data.get("since") and data.get("until") and data["since"] >= data["until"]:
            raise forms.ValidationError("The period is over before it begins.")
        return data

"""Forms of digests: a rule of the team, and a person's own choice."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboard.people.preferences import zone_names
from investigate.digests.models import DigestRule, Person
from investigate.digests.states import DISPOSITIONS, USUAL, Frequency, Language, Weekday

_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in zone_names()]


class RuleForm(forms.Form):
    """The rule of a domain."""

    frequency = forms.ChoiceField(
        label="How often", choices=Frequency.choices, help_text="Immediately is once in ten minutes at most."
    )
    hour = forms.TypedChoiceField(
        label="At", choices=_HOURS, coerce=int, help_text="Of daily and weekly digests, in the person's time zone."
    )
    weekday = forms.TypedChoiceField(label="On", choices=Weekday.choices, coerce=int, help_text="Of weekly digests.")
    dispositions = forms.MultipleChoiceField(
        label="Tell of mail that is",
        choices=list(DISPOSITIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one, or set “How often” to never."},
    )
    may_ask_malicious = forms.BooleanField(
        label="Malicious mail may be asked for too",
        required=False,
        help_text="Without it, a digest that tells of malicious mail says that it can't be asked for.",
    )
    language = forms.ChoiceField(label="Language", choices=Language.choices)
    time_zone = forms.ChoiceField(label="Time zone", choices=_zones)
    quiet_from = forms.TypedChoiceField(
        label="Quiet from", choices=_HOURS, coerce=int, help_text="No digest is sent in the quiet hours of the person."
    )
    quiet_to = forms.TypedChoiceField(
        label="Quiet until", choices=_HOURS, coerce=int, help_text="The same hour twice means no quiet hours."
    )

    @classmethod
    def of(cls, rule: DigestRule | None) -> RuleForm:
        """Return the form with a rule's values, or with the usual ones."""
        names = list(cls.base_fields)
        if rule is not None:
            return cls(initial={name: getattr(rule, name) for name in names} | {"dispositions": rule.told})
        usual: dict[str, Any] = {"frequency": Frequency.DAILY, "hour": 8, "weekday": 0, "dispositions": USUAL}
        return cls(initial=usual | {"language": "en", "time_zone": "UTC", "quiet_from": 0, "quiet_to": 0})


class ChoiceForm(forms.Form):
    """A recipient's own choice. The labels are in the templates, in the recipient's language."""

    frequency = forms.ChoiceField(choices=[("", ""), *Frequency.choices], required=False)
    language = forms.ChoiceField(choices=[("", ""), *Language.choices], required=False)
    time_zone = forms.ChoiceField(choices=lambda: [("", ""), *_zones()], required=False)

    @classmethod
    def of(cls, person: Person) -> ChoiceForm:
        """Return the form with what the person chose before."""
        return cls(initial={name: getattr(person, name) for name in cls.base_fields})

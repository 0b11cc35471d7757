"""Form of the settings of answers to reporters."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboard.outbox.mail import LANGUAGES
from investigate.reporter_answers.models import SENTENCE_AT_MOST, AnswerDomain, AnswerSettings
from investigate.reporter_answers.services import Wanted

OFF = ""


class AnswerSettingsForm(forms.Form):
    """The settings: for each protected domain the language of its answers, or none."""

    delay_minutes = forms.IntegerField(
        label="Minutes before telling what came of it",
        min_value=0,
        max_value=10_080,
        help_text="From the decision. Time to correct it: what is told is what holds when the time is over.",
    )
    per_day = forms.IntegerField(
        label="Answers to one person within 24 hours",
        min_value=1,
        max_value=1_000,
        help_text="What is beyond is not sent. The submission says so.",
    )
    sentence_en = forms.CharField(
        label="Your own sentence, English",
        max_length=SENTENCE_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Below each answer, such as whom to call. No links.",
    )
    sentence_de = forms.CharField(
        label="Your own sentence, German",
        max_length=SENTENCE_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "de"}),
    )

    def __init__(self, *args: Any, domains: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.domains = domains
        choices = [(OFF, "No answers"), *((code, f"Answers in {name}") for code, name in LANGUAGES.items())]
        for number, domain in enumerate(domains):
            self.fields[f"domain-{number}"] = forms.ChoiceField(label=domain, choices=choices, required=False)

    @classmethod
    def of(cls, settings: AnswerSettings, on: list[AnswerDomain], domains: list[str]) -> AnswerSettingsForm:
        """Return the form with what is set now."""
        languages = {row.domain: row.language for row in on}
        initial: dict[str, Any] = {
            name: getattr(settings, name) for name in ("delay_minutes", "per_day", "sentence_en", "sentence_de")
        }
        initial |= {f"domain-{number}": languages.get(domain, OFF) for number, domain in enumerate(domains)}
        return cls(initial=initial, domains=domains)

    def domain_fields(self) -> list[forms.BoundField]:
        """Return the fields of the domains."""
        return [self[f"domain-{number}"] for number in range(len(self.domains))]

    def clean_sentence_en(self) -> str:
        """Return the sentence in one line."""
        return _sentence(self.cleaned_data["sentence_en"])

    def clean_sentence_de(self) -> str:
        """Return the sentence in one line."""
        return _sentence(self.cleaned_data["sentence_de"])

    def wanted(self) -> Wanted:
        """Return what the valid form says."""
        values = self.cleaned_data
        chosen = {domain: values[f"domain-{number}"] for number, domain in enumerate(self.domains)}
        return Wanted(
            domains={domain: language for domain, language in chosen.items() if language},
            delay_minutes=values["delay_minutes"],
            per_day=values["per_day"],
            sentence_en=values["sentence_en"],
            sentence_de=values["sentence_de"],
        )


def _sentence(text: str) -> str:
    """Return the text in one line. Raise ValidationError for a link: people are told not to follow such."""
    line = " ".join(str(text).split())
    if "://" in line or "www." in line.casefold():
        raise forms.ValidationError("No links: whoever forges these mails would put one there too.")
    return line

"""Form of an automation: when, and, then, and within which limits."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboard.jobs.states import DISPOSITION_LABELS, FOLDER_LABELS
from investigate.annotations.models import LONGEST_TAG
from investigate.annotations.selectors import people_to_assign
from investigate.annotations.tags import TagInvalid, tag_of
from investigate.automations.condition import ConditionInvalid, condition_of
from investigate.automations.models import PER_HOUR_AT_MOST, UNATTENDED_AT_MOST, Automation
from investigate.automations.selectors import automations_all
from investigate.automations.states import Act, Event, Scope

_SUBMISSION_EVENTS = (Event.REPORTED, Event.CLASSIFIED)
_NEEDS = {
    Act.MOVE: ("destination", "Choose the folder to move to."),
    Act.ASSIGN: ("assignee", "Choose the person to assign to."),
    Act.TAG: ("tag", "Write the tag."),
    Act.ESCALATE: ("disposition", "Choose the verdict to ask for."),
}
_ALONE = (Act.ESCALATE,)


class AutomationForm(forms.Form):
    """Form of an automation. What its event or act does not use is left empty when it is saved."""

    name = forms.CharField(max_length=80, help_text="Its acts are on record under this name.")
    event = forms.ChoiceField(label="What happens", choices=Event.choices)
    verdicts = forms.MultipleChoiceField(
        label="Reported or answered as",
        required=False,
        choices=list(DISPOSITION_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="For reports and answers. None ticked takes all. A report that says nothing counts as any.",
    )
    reporters = forms.IntegerField(
        label="Reported by at least",
        min_value=1,
        max_value=500,
        required=False,
        help_text="People, for reports. Whoever reports twice counts once.",
    )
    query = forms.CharField(
        label="The message fits",
        required=False,
        max_length=4000,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="A search as in the search bar, without a time, such as disposition:spam from:acme.example.",
    )
    act = forms.ChoiceField(label="What it does", choices=Act.choices)
    scope = forms.ChoiceField(
        label="Act on",
        choices=Scope.choices,
        help_text="A campaign counts if at least half of it is judged as the message; else the copies are meant.",
    )
    destination = forms.ChoiceField(label="Folder", required=False, choices=[("", "–"), *FOLDER_LABELS.items()])
    assignee = forms.ChoiceField(label="Person", required=False, help_text="To assign to, or who gets the notice.")
    tag = forms.CharField(label="Tag", required=False, max_length=LONGEST_TAG)
    disposition = forms.ChoiceField(
        label="Verdict to ask for", required=False, choices=[("", "–"), *DISPOSITION_LABELS.items()]
    )
    per_hour = forms.IntegerField(
        label="Messages an hour, at most", min_value=1, max_value=PER_HOUR_AT_MOST, initial=100
    )
    unattended = forms.IntegerField(
        label="Messages before a person has to look, at most",
        min_value=1,
        max_value=UNATTENDED_AT_MOST,
        initial=500,
        help_text="When it meets a limit it stops itself, and a person resumes it.",
    )

    groups = (
        ("When", ("event", "verdicts", "reporters")),
        ("And", ("query",)),
        ("Then", ("act", "scope", "destination", "assignee", "tag", "disposition")),
        ("Within", ("per_hour", "unattended")),
    )

    def __init__(self, *args: Any, automation: Automation | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._automation = automation
        self._people = {one.get_username(): one for one in people_to_assign()}
        people = self.fields["assignee"]
        assert isinstance(people, forms.ChoiceField)  # noqa: S101 - for the type checker; it is declared above
        people.choices = [("", "–"), *((name, name) for name in self._people)]

    @classmethod
    def of(cls, automation: Automation) -> AutomationForm:
        """Return the form filled in with an automation."""
        initial = {name: getattr(automation, name) for name in cls.base_fields if name != "assignee"}
        initial["assignee"] = automation.assignee.get_username() if automation.assignee else ""
        return cls(initial=initial, automation=automation)

    @property
    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields in their groups, each with its title."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def clean_name(self) -> str:
        """Refuse a name that another automation has."""
        name = str(self.cleaned_data["name"]).strip()
        others = automations_all().filter(name=name)
        if self._automation:
            others = others.exclude(pk=self._automation.pk)
        if others.exists():
            raise forms.ValidationError("Another automation has this name.")
        return name

    def clean_tag(self) -> str:
        """Return the tag as it is stored. Refuse one of several words."""
        try:
            return tag_of(str(self.cleaned_data["tag"])) if self.cleaned_data["tag"] else ""
        except TagInvalid as error:
            raise forms.ValidationError(str(error)) from None

    def clean_query(self) -> str:
        """Return the query as the search writes it, with offsets in its times. Refuse one that can't be tested."""
        try:
            return condition_of(str(self.cleaned_data["query"])).text
        except ConditionInvalid as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Refuse an act without what it needs, and empty what it doesn't use."""
        data = super().clean() or {}
        act, event = data.get("act"), data.get("event")
        if act in _NEEDS and not data.get(_NEEDS[act][0]) and _NEEDS[act][0] not in self.errors:
            self.add_error(_NEEDS[act][0], _NEEDS[act][1])
        if act == Act.ESCALATE and event != Event.REPORTED:
            self.add_error("act", "Only a user's report can be escalated.")
        if act in _ALONE and data.get("scope") not in (None, Scope.MESSAGE):
            self.add_error("scope", "A report is about one message.")
        for other, (name, _said) in _NEEDS.items():
            if other != act and not (name == "assignee" and act == Act.NOTIFY):
                data[name] = ""
        if event not in _SUBMISSION_EVENTS:
            data["verdicts"] = []
        data["reporters"] = (data.get("reporters") or 1) if event == Event.REPORTED else 1
        data["assignee"] = self._people.get(data.get("assignee") or "")
        return data

"""Forms for editing an entry and filtering a list, generated from the description of the kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from settings_admin.entries.entry import Entry
from settings_admin.kinds import Fault, Field, Input, Kind

PER_PAGE = 50
LONGEST_WHY = 1000


class EntryForm(forms.Form):
    """Form for one entry, with the kind's fields and the reason for the change.

    `seen` contains the entry as it was when the form was opened, to detect changes made by others in the meantime.
    """

    why = forms.CharField(
        label="Why",
        required=False,
        max_length=LONGEST_WHY,
        help_text="Kept in the history beside your name.",
    )
    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        kind: Kind,
        data: Mapping[str, Any] | None = None,
        *,
        entry: Entry | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(kind, entry.values if entry else None, initial or {}))
        self.kind, self.entry = kind, entry
        self.faults: list[Fault] = []
        own = {spec.name: _form_field(spec, entry) for spec in kind.form_fields}
        self.fields = own | self.fields
        if entry is not None:
            self.initial["seen"] = {"values": entry.values, "modified_at": _moment(entry)}

    def clean(self) -> dict[str, Any]:
        """Validate the values with the checks of the kind."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if pattern := cleaned.get("pattern"):
            cleaned["pattern"] = pattern if cleaned.get("is_regex") else pattern.strip()
        faults = self.kind.faults(self._typed())
        self.faults = [fault for fault in faults if self._is_due(fault) and not self._may_stay(fault)]
        for fault in self.faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)
        return cleaned

    def _is_due(self, fault: Fault) -> bool:
        """Return whether to show a fault now. Faults of checkboxes are shown only if no other field has an error."""
        is_box = fault.field in self.fields and isinstance(self.fields[fault.field], forms.BooleanField)
        return not self.errors if is_box else fault.field not in self.errors

    def _may_stay(self, fault: Fault) -> bool:
        """Return whether the entry had the faulty value before, as far as the form tells. The API makes sure of it."""
        seen = self.seen_before()
        before = self.entry.values if self.entry else seen["values"] if seen else {}
        return fault.may_stay and fault.field in before and before[fault.field] == self.values().get(fault.field)

    def _typed(self) -> dict[str, Any]:
        return {spec.name: _sent(spec, self.cleaned_data.get(spec.name)) for spec in self.kind.form_fields}

    def values(self) -> dict[str, Any]:
        """Return the entry's values in the form that the API expects."""
        return self.kind.folded(self._typed())

    def refuse(self, refusals: list[tuple[str, str]]) -> None:
        """Add the API's refusals, as (field, message), to the fields that they name."""
        for name, message in refusals:
            self.add_error(name if name in self.fields else None, message)

    def propose(self, values: Mapping[str, Any]) -> None:
        """Fill the form with other values than the entry has now. `seen` stays unchanged."""
        self.initial = {**self.initial, **_initial(self.kind, values, {})}

    def seen_before(self) -> dict[str, Any] | None:
        """Return the entry as it was when the form was opened. Return None if `seen` is missing or invalid."""
        seen = self.cleaned_data.get("seen")
        return seen if isinstance(seen, dict) and isinstance(seen.get("values"), dict) else None

    @property
    def explained(self) -> str:
        """Description of what the entry would do. It is empty if the form has errors."""
        return "" if self.errors else self.kind.explain(self.values())

    @property
    def places(self) -> list[str]:
        """Each faulty text, with a caret in the line below that marks the wrong character."""
        texts = [
            (str(self.cleaned_data.get(fault.field) or self.data.get(fault.field) or ""), fault.at)
            for fault in self.faults
        ]
        return [f"{text}\n{' ' * at}^" for text, at in texts if at is not None and "\n" not in text]

    @property
    def asked(self) -> list[tuple[Field, forms.BoundField]]:
        """The form's fields in order, each as its description and its bound form field."""
        return [(spec, self[spec.name]) for spec in self.kind.form_fields]


def _moment(entry: Entry) -> str:
    return entry.modified_at.isoformat() if entry.modified_at else ""


def _initial(kind: Kind, values: Mapping[str, Any] | None, wished: Mapping[str, Any]) -> dict[str, Any]:
    """Return the initial values of the form's fields.

    They are those of the entry, or for a new entry the proposed values and the defaults.
    """
    known = kind.unfolded(wished if values is None else values)
    shown = {}
    for spec in kind.form_fields:
        value = known.get(spec.name, spec.initial) if values is None else known.get(spec.name)
        if spec.input is Input.LINES:
            value = "\n".join(value or ())
        elif spec.input is Input.MAYBE:
            value = "" if value is None else str(bool(value)).lower()
        shown[spec.name] = value
    return shown


def _form_field(spec: Field, entry: Entry | None) -> forms.Field:
    common: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": spec.required}
    is_fixed = spec.fixed and entry is not None
    field: forms.Field
    match spec.input:
        case Input.CHECK:
            field = forms.BooleanField(**common | {"required": False})
        case Input.MAYBE:
            field = forms.ChoiceField(**common, choices=(("", "Not set"), ("true", "Yes"), ("false", "No")))
        case Input.CHOICE:
            field = forms.ChoiceField(**common, choices=_choices(spec, entry))
        case Input.CHOICES:
            field = forms.MultipleChoiceField(
                **common, choices=_choices(spec, entry), widget=forms.CheckboxSelectMultiple
            )
        case Input.NUMBER:
            field = forms.IntegerField(**common, min_value=spec.lowest, max_value=spec.highest)
        case Input.NOTE | Input.LINES:
            rows = 2 if spec.input is Input.NOTE else 4
            longest = spec.longest if spec.input is Input.NOTE else None
            field = forms.CharField(**common, max_length=longest, widget=forms.Textarea({"rows": rows}))
        case _:
            is_pattern = spec.input is Input.PATTERN
            plain = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
            widget = forms.TextInput(plain | ({"class": "pattern-input"} if is_pattern else {}))
            field = forms.CharField(**common, max_length=spec.longest, strip=not is_pattern, widget=widget)
    field.disabled = is_fixed
    return field


def _choices(spec: Field, entry: Entry | None) -> list[tuple[str, str]]:
    """Return the field's choices, plus values of the entry that the console does not know from its description."""
    known = list(spec.choices)
    held = entry.values.get(spec.name) if entry else None
    for value in held if isinstance(held, list) else [held]:
        if value and value not in dict(known):
            known.append((value, f"{value} (as it is)"))
    return known


def _sent(spec: Field, value: Any) -> Any:
    match spec.input:
        case Input.CHECK:
            return bool(value)
        case Input.MAYBE:
            return {"true": True, "false": False}.get(str(value))
        case Input.CHOICES:
            return list(value or ())
        case Input.LINES:
            return [line.strip() for line in str(value or "").splitlines() if line.strip()]
        case Input.NUMBER:
            return value
        case _:
            return value or ("" if spec.required else None)


def form_data(kind: Kind, values: Mapping[str, Any], *, why: str = "", seen: Any = None) -> dict[str, Any]:
    """Return an entry as the form data that a browser would send."""
    shown = _initial(kind, values, {})
    data = {
        spec.name: ("on" if shown[spec.name] else "") if spec.input is Input.CHECK else shown[spec.name]
        for spec in kind.form_fields
    }
    filled = {name: value for name, value in data.items() if value not in (None, "")}
    return filled | {"why": why, "seen": json.dumps(seen or {})}


class ListForm(forms.Form):
    """Form with the search text, filters, sort order and page number of a list. The API applies all of them."""

    search = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Search", "autocomplete": "off", "data-key": "/"}),
    )
    order = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    direction = forms.ChoiceField(required=False, choices=[("asc", "asc"), ("desc", "desc")], widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, kind: Kind, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.kind = kind
        order = self.fields["order"]
        assert isinstance(order, forms.ChoiceField)  # noqa: S101 - tells the type checker what is declared above
        order.choices = [(name, name) for name in kind.orders]
        if not kind.is_searched:
            del self.fields["search"]
        for offered in kind.filters:
            self.fields[offered.name] = forms.ChoiceField(
                label=offered.label, required=False, choices=[("", "Any"), *offered.choices]
            )

    def filters(self) -> dict[str, Any]:
        """Return the filters to send to the API, including the search text."""
        flags = {offered.name for offered in self.kind.filters if offered.is_flag}
        chosen = {name: self.cleaned_data.get(name) for name in ("search", *(each.name for each in self.kind.filters))}
        return {name: value == "true" if name in flags else value for name, value in chosen.items() if value}

    def sorting(self) -> dict[str, Any]:
        """Return the sort field and direction to send to the API."""
        return {name: value for name in ("order", "direction") if (value := self.cleaned_data.get(name))}

    @property
    def number(self) -> int:
        """The requested page number, from 1."""
        return int(self.cleaned_data.get("page") or 1)

    @property
    def offered(self) -> list[forms.BoundField]:
        """The bound form fields of the kind's filters."""
        return [self[each.name] for each in self.kind.filters]

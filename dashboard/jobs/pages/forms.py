"""Forms for bulk jobs: the action, the messages and the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django import forms

from dashboard.jobs.selections.services import NAMES_AT_MOST
from dashboard.jobs.services import LONGEST_REASON
from dashboard.jobs.snapshot import LONGEST_ID
from dashboard.jobs.states import DISPOSITION_LABELS, FOLDER_LABELS, JobAction

FILE_AT_MOST = 20 * 1024 * 1024
# Names of columns that contain ids, the most exact first. If a file has none of these, its first column is read.
ID_COLUMNS = ("investigate_id", "message", "id", "postfix_id", "message_id", "message-id")


def checked_ids(lines: Iterable[str]) -> list[str]:
    """Return each id once, without blank lines. Raise ValidationError for too many ids, or for an invalid id."""
    stripped = (line.strip() for line in lines)
    ids = list(dict.fromkeys(line for line in stripped if line))
    if len(ids) > NAMES_AT_MOST:
        raise forms.ValidationError(f"That is more than {NAMES_AT_MOST:,} ids.")
    wrong = [one for one in ids if len(one) > LONGEST_ID or not one.isprintable() or one in {".", ".."}]
    wrong += [one for one in ids if "/" in one and "@" not in one]
    if wrong:
        raise forms.ValidationError(f"One of the ids can't be one: {wrong[0][:60]}")
    return ids


class IdsField(forms.Field):
    """Message ids, from repeated fields, one id a line, or both. Duplicates are dropped."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        """Split the posted values into ids. Raise ValidationError for too many ids, or for an invalid id."""
        return checked_ids(line for part in value or [] for line in str(part).splitlines())


class ActionForm(forms.Form):
    """The action. A folder belongs only to a move, a verdict only to a reclassification."""

    action = forms.ChoiceField(choices=JobAction.choices, widget=forms.HiddenInput)
    destination = forms.ChoiceField(
        label="Move to", required=False, choices=[("", "Choose a folder"), *FOLDER_LABELS.items()]
    )
    disposition = forms.ChoiceField(
        label="Ask to have it judged as",
        required=False,
        choices=[("", "Choose a verdict"), *DISPOSITION_LABELS.items()],
    )

    def clean(self) -> dict[str, Any]:
        """Clear the fields that do not belong to the action."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("action") != JobAction.MOVE:
            cleaned["destination"] = ""
        if cleaned.get("action") != JobAction.RECLASSIFY:
            cleaned["disposition"] = ""
        return cleaned


class PickForm(ActionForm):
    """Messages that were picked by hand, and the action. The folder is chosen later."""

    ids = IdsField(error_messages={"required": "Select the messages first."})
    next = forms.CharField(required=False)


class JobForm(ActionForm):
    """The action, the messages and the reason. The messages are a frozen selection, or ids without a preview."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the job and in the audit trail.",
        error_messages={"required": "Say why: it is kept with the job."},
    )
    ids = IdsField(required=False)
    selection = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, is_undo: bool = False, **options: Any) -> None:
        """Read the posted data. `is_undo` is for a selection in which each message has its own folder."""
        super().__init__(data, **options)
        self.is_undo = is_undo

    @property
    def first_empty(self) -> str:
        """Return the name of the first field of the chosen action that is still to be filled in, or an empty string."""
        needed = {JobAction.MOVE: ["destination"], JobAction.RECLASSIFY: ["disposition"]}
        action = self["action"].value()
        fields = [] if self.is_undo else needed.get(action, [])
        return next((name for name in [*fields, "reason"] if not self[name].value()), "")

    def focus_first_empty(self) -> None:
        """Put the focus on that field when the page is shown."""
        if name := self.first_empty:
            self.fields[name].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Require a folder for a move, a verdict for a reclassification, and messages."""
        cleaned = super().clean()
        action = cleaned.get("action")
        if self.is_undo:
            cleaned["destination"] = ""
        elif action == JobAction.MOVE and "destination" in cleaned and not cleaned["destination"]:
            self.add_error("destination", "Choose the folder to move to.")
        if action == JobAction.RECLASSIFY and "disposition" in cleaned and not cleaned["disposition"]:
            self.add_error("disposition", "Choose the verdict to ask for.")
        if "ids" in cleaned and not cleaned["ids"] and not cleaned.get("selection"):
            self.add_error(None, "Select the messages first.")
        return cleaned


class ListForm(forms.Form):
    """A list of message ids, pasted or as a CSV file."""

    lines = forms.CharField(
        label="Ids, one a line",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text="Investigate ids, postfix ids or Message-IDs, also mixed.",
    )
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text="A column named investigate_id, message, id, postfix_id or message_id is read, else the first one.",
    )

    def clean_file(self) -> list[str]:
        """Return the ids of the file. Raise ValidationError if it is too large, not UTF-8 text or not CSV."""
        upload = self.cleaned_data["file"]
        if not upload:
            return []
        if upload.size > FILE_AT_MOST:
            raise forms.ValidationError(f"The file is larger than {FILE_AT_MOST // 1024 // 1024} MB.")
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not text in UTF-8.") from None
        try:
            return checked_ids(ids_of_csv(text))
        except csv.Error as error:
            raise forms.ValidationError(f"The file can't be read as CSV: {error}.") from None

    def clean(self) -> dict[str, Any]:
        """Combine pasted ids and the file as `ids`. Raise ValidationError if there are none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["ids"] = checked_ids([*cleaned["lines"].splitlines(), *cleaned["file"]])
        if not cleaned["ids"]:
            raise forms.ValidationError("Paste some ids, or choose a file.")
        return cleaned


def ids_of_csv(text: str) -> list[str]:
    """Return the cells of the id column. An apostrophe in front, which neutralises a formula, is removed."""
    rows = list(csv.reader(StringIO(text, newline="")))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    named = next((name for name in ID_COLUMNS if name in header), None)
    column = header.index(named) if named else 0
    cells = (row[column] for row in (rows[1:] if named else rows) if len(row) > column)
    return [cell[1:] if cell.startswith("'") else cell for cell in cells]

"""Forms of jobs: what to do, to which messages, and why."""

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
# What columns of ids are called, the most exact first; a file without any of these is read by its first column.
ID_COLUMNS = ("investigate_id", "message", "id", "postfix_id", "message_id", "message-id")


def checked_ids(lines: Iterable[str]) -> list[str]:
    """Give each id once, blanks left out. Raises ValidationError for too many, or for what can't be an id."""
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
    """Ids of messages: the field repeated, or one a line, or both; each is taken once."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        """Split and fold what came. Raises ValidationError for too many, or for what can't be an id."""
        return checked_ids(line for part in value or [] for line in str(part).splitlines())


class ActionForm(forms.Form):
    """What to do; the folder and the verdict belong to one action each."""

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
        """Drop what does not belong to the action."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("action") != JobAction.MOVE:
            cleaned["destination"] = ""
        if cleaned.get("action") != JobAction.RECLASSIFY:
            cleaned["disposition"] = ""
        return cleaned


class PickForm(ActionForm):
    """Messages picked by hand, and what may be done to them; the folder is chosen later."""

    ids = IdsField(error_messages={"required": "Select the messages first."})
    next = forms.CharField(required=False)


class JobForm(ActionForm):
    """What to do, to which messages, and why: to a frozen selection, or to ids without having looked at them."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the job and in the audit trail.",
        error_messages={"required": "Say why: it is kept with the job."},
    )
    ids = IdsField(required=False)
    selection = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, is_undo: bool = False, **options: Any) -> None:
        """Take what was posted; `is_undo` is for a selection in which each message has a folder of its own."""
        super().__init__(data, **options)
        self.is_undo = is_undo

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
    """A list of messages: pasted, or a CSV file."""

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
        """Give the ids of the file. Raises ValidationError for one that is too large or not text."""
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
        """Put both together as `ids`; require some."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["ids"] = checked_ids([*cleaned["lines"].splitlines(), *cleaned["file"]])
        if not cleaned["ids"]:
            raise forms.ValidationError("Paste some ids, or choose a file.")
        return cleaned


def ids_of_csv(text: str) -> list[str]:
    """Give the column of ids; a quote before what a spreadsheet would take for a formula is taken off."""
    rows = list(csv.reader(StringIO(text, newline="")))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    named = next((name for name in ID_COLUMNS if name in header), None)
    column = header.index(named) if named else 0
    cells = (row[column] for row in (rows[1:] if named else rows) if len(row) > column)
    return [cell[1:] if cell.startswith("'") else cell for cell in cells]

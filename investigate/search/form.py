"""Search form: the search as form fields and as URL parameters, with its validation and its API filters."""

from collections.abc import Collection
from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from api_client.models.values import DeliveryStatus, MessageAction, ValidationResult
from api_client.resources import SearchFilters
from dashboard.verdicts import CHOICES, Verdict, verdict_of
from investigate.search.client_side_filter import FilterPosition
from investigate.search.extensions import extensions_for
from investigate.search.query import Node, Plan, QueryError, plan_of, query_text, query_to_fields, whole_query
from investigate.search.query.form_fields import FOLDED_FIELDS
from investigate.search.query.operators import OPERATORS
from investigate.search.query.times import parse_duration, parse_time
from investigate.search.resume_point import ResumePoint

PER_PAGE = 50
RANGES = {"24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days"}
DEFAULT_RANGE = "30d"
_DEFAULT_STRETCH = timedelta(days=30)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_STATUSES = [
    (DeliveryStatus.QUARANTINED, "Held"),
    (DeliveryStatus.DELIVERED, "Delivered"),
    (DeliveryStatus.MOVED, "Moved"),
    (DeliveryStatus.REJECTED, "Rejected"),
    (DeliveryStatus.DEFERRED, "Deferred"),
    (DeliveryStatus.BOUNCED, "Bounced"),
    (DeliveryStatus.QUEUED, "Queued"),
    (DeliveryStatus.MOVE_FAILED, "Move failed"),
]
_ACTIONS = [
    (MessageAction.QUARANTINE_RELEASED, "Released"),
    (MessageAction.MOVED, "Moved"),
    (MessageAction.SUBMITTED, "Submitted for review"),
    (MessageAction.PREVIEW, "Previewed"),
]
_RESULTS = [("", "Any"), *((result.value, result.value.capitalize()) for result in ValidationResult)]


def _text(label: str, placeholder: str = "", length: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        widget=forms.TextInput(attrs={"placeholder": placeholder, "autocomplete": "off", "spellcheck": "false"}),
    )


class MomentInput(forms.DateTimeInput):
    """The browser's input of a time, which has no offset. It shows the viewer's time, and seconds if there are any."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local", "step": "1"})

    def format_value(self, value: Any) -> str:
        """Return the value of the input for a text of the address or for a time."""
        text = str(value or "")
        moment = parse_time(text) if _has_offset(text) else None
        if moment is None:
            return text
        local = timezone.localtime(moment).replace(tzinfo=None)
        return local.isoformat(timespec="seconds" if local.second else "minutes")


class MomentField(forms.DateTimeField):
    """A point in time. Without an offset it is in the viewer's time zone."""

    widget = MomentInput


class RangeField(forms.ChoiceField):
    """Time range: one of the usual durations, any other duration such as 3d, or custom (between two times)."""

    def valid_value(self, value: str) -> bool:
        """Accept every duration that the query language accepts."""
        return super().valid_value(value) or parse_duration(value) is not None


class SearchForm(forms.Form):
    """Form of the search. Every field is optional. The field names are the URL parameters.

    `q` is the whole text of the search bar and takes precedence over the other fields. It is not kept in the URL:
    each part of the text is moved to its field, and `query` holds the parts that no field can express. After
    validation, `node` is the search as a syntax tree and `plan` is how it is carried out. `query_error` says where the
    text has an error.
    """

    q = _text("Search", length=4000)
    query = _text("Words and more", "Words, AND, OR, NOT, brackets")
    sender = _text("Sender", "address or domain")
    recipient = _text("Recipient", "address or domain")
    subject = _text("Subject", "words in any order")
    domain = _text("Domain", "in sender, recipient or link")
    url = _text("Link", "a part of its address", length=4000)
    message_id = _text("Message-ID")
    attachment = _text("Attachment", "name, such as *.html")
    hash = _text("Hash", "of an attachment")
    ip = _text("IP address", "or a network")
    reason = _text("Reason", "of the verdict")
    disposition = forms.MultipleChoiceField(
        label="Verdict",
        required=False,
        choices=[(choice.value, verdict_of(choice).label) for choice in CHOICES],
        widget=forms.CheckboxSelectMultiple,
    )
    status = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *_STATUSES])
    action = forms.ChoiceField(label="Done since", required=False, choices=[("", "Anything or nothing"), *_ACTIONS])
    spf = forms.ChoiceField(label="SPF", required=False, choices=_RESULTS)
    dkim = forms.ChoiceField(label="DKIM", required=False, choices=_RESULTS)
    dmarc = forms.ChoiceField(label="DMARC", required=False, choices=_RESULTS)
    has = forms.ChoiceField(label="Holds", required=False, choices=[("", "Anything"), ("attachment", "An attachment")])
    detections_only = forms.BooleanField(label="Only what was detected", required=False)
    reported = forms.BooleanField(label="What people reported", required=False)
    range = RangeField(label="Received", required=False, choices=[*RANGES.items(), ("custom", "Between two times")])
    start = MomentField(label="Received from", required=False)
    end = MomentField(label="Received until", required=False)
    cursor = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    past = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    at = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, extensions: Collection[str] | None = None) -> None:
        """Initialise the form from a query string. Without `range`, the range is start and end, else the default.

        `extensions` are the extensions of the API to use. Without them, the API is asked which it has.
        """
        self._extensions = extensions
        data = data.copy()
        self.given = data.copy()
        if not data.get("range"):
            data["range"] = "custom" if data.get("start") or data.get("end") else DEFAULT_RANGE
        super().__init__(data)
        self.now = timezone.now()
        self.place = FilterPosition()
        self.resume_point: ResumePoint | None = None
        self.node: Node | None = None
        self.plan = Plan()
        self.query_error: QueryError | None = None
        self._add_range(str(data["range"]))

    def clean_ip(self) -> str:
        """Reject a value that is neither an IP address nor a network."""
        value = str(self.cleaned_data["ip"])
        if value and (said := OPERATORS["ip"].wrong(value)):
            raise forms.ValidationError(said)
        return value

    def clean_url(self) -> str:
        """Reject a value without words, which no address has."""
        value = str(self.cleaned_data["url"])
        if value and (said := OPERATORS["url"].wrong(value)):
            raise forms.ValidationError(said)
        return value

    def clean_at(self) -> str:
        """Reject a value that is not a position of the client-side filter."""
        value = str(self.cleaned_data["at"])
        try:
            self.place = FilterPosition.parse(value) if value else FilterPosition()
        except (ValueError, TypeError, RecursionError):
            raise forms.ValidationError("This is no place in a search.") from None
        return value

    def clean_past(self) -> str:
        """Reject a value that is not a resume point."""
        value = str(self.cleaned_data["past"])
        try:
            self.resume_point = ResumePoint.parse(value) if value else None
        except ValueError:
            raise forms.ValidationError("This is no place in a search.") from None
        return value

    def clean(self) -> dict[str, Any]:
        """Reject a range that ends before it starts, and text that is not a valid query."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self._read(cleaned)
            except QueryError as error:
                self.query_error = error
                self.add_error("q" if cleaned["q"] else "query", error.said)
        if cleaned.get("range") == "custom":
            start, end = cleaned.get("start"), cleaned.get("end")
            if start and end and start >= end:
                self.add_error("end", "The range ends before it starts.")
        else:
            cleaned["start"] = cleaned["end"] = None
        return cleaned

    def _read(self, cleaned: dict[str, Any]) -> None:
        """Parse the text of the query and move its parts into the fields.

        The text of the bar replaces the fields. Text in `query` is moved only if none of the fields it needs is set.
        """
        found = query_to_fields(cleaned["q"] or cleaned["query"])
        if cleaned["q"] or "q" in self.given:
            for name in FOLDED_FIELDS:
                cleaned[name] = found.values.get(name, [] if name == "disposition" else False if name in FLAGS else "")
            cleaned["query"] = found.text
        elif not any(cleaned[name] for name in found.values):
            cleaned.update(found.values)
            cleaned["query"] = found.text
        if found.says_time and cleaned["query"] != self.data.get("query"):
            cleaned["range"] = found.last or "custom"
            cleaned["start"], cleaned["end"] = found.start, found.end
            self._add_range(cleaned["range"])
        self.node = whole_query(cleaned["query"], cleaned)
        extensions = self._extensions if self._extensions is not None else extensions_for(self.node)
        self.plan = plan_of(self.node, now=self.now, extensions=extensions)

    def _add_range(self, value: str) -> None:
        """Add an unusual duration such as 3d to the choices of the range."""
        stretch = parse_duration(value)
        field = self.fields["range"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; the field is declared above
        if stretch and value not in RANGES:
            number, unit = value[:-1], _UNITS[value[-1].lower()]
            field.choices = [(value, f"Last {number} {unit}"), *RANGES.items(), ("custom", "Between two times")]

    @property
    def text(self) -> str:
        """Return the whole search as text for the bar. An invalid search is returned as it was typed."""
        if self.query_error is not None or not hasattr(self, "cleaned_data") or self.errors:
            return str(self.given.get("q") or self.given.get("query") or "")
        return query_text(self.cleaned_data["query"], self.cleaned_data)

    @property
    def text_and_choice_fields(self) -> tuple[str, ...]:
        """Return the names of the text and choice fields, without verdicts, flags, the bar and hidden fields."""
        apart = {"q", "disposition", "detections_only", "reported", "cursor", "past", "at"}
        return tuple(name for name in self.fields if name not in apart)

    @property
    def shown_range(self) -> str:
        return str(self.cleaned_data.get("range") or self.data["range"]) if hasattr(self, "cleaned_data") else ""

    def verdict_boxes(self) -> list[tuple[BoundWidget, Verdict]]:
        """Return the checkboxes of the dispositions, each with the `Verdict` that the console shows for it."""
        return [(box, verdict_of(str(box.data["value"]))) for box in self["disposition"]]

    def is_clumsy(self, query: QueryDict) -> bool:
        """Return whether the URL is not the canonical one of this search, so that a redirect is needed.

        That is so if the URL has the bar's text, an empty parameter, a time without offset, or text in `query` that
        belongs in another field.
        """
        has_blank = any(not value for name in self.fields for value in query.getlist(name))
        is_unfolded = "q" in query or self.cleaned_data["query"] != query.get("query", "").strip()
        return (
            has_blank
            or is_unfolded
            or any(name in query and not _has_offset(str(query[name])) for name in ("start", "end"))
        )

    def api_filters(self) -> SearchFilters:
        """Return the filters for the API client. `start`, `end` and `detections_only` are always set."""
        chosen = self.cleaned_data
        end = chosen["end"] or self.now
        start = chosen["start"] or end - (parse_duration(chosen["range"]) or _DEFAULT_STRETCH)
        plan = self.plan
        # Times in the text of the query can only narrow the range.
        start = max(filter(None, (start, plan.start)))
        end = min(filter(None, (end, plan.end, self.resume_point and self.resume_point.until)))
        filters = SearchFilters(start=start.astimezone(UTC), end=max(start, end).astimezone(UTC), per_page=PER_PAGE)
        return filters | plan.filters


FLAGS = ("detections_only", "reported")


def _has_offset(text: str) -> bool:
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return False
    return moment is not None and timezone.is_aware(moment)

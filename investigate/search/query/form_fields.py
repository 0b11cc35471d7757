"""Conversion of a search between the text of the bar and the fields of the form, in both directions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from investigate.search.query.operators import OPERATORS
from investigate.search.query.parser import parse
from investigate.search.query.syntax_tree import Node, Or, QueryError, Span, Term, all_of, conjuncts, terms
from investigate.search.query.times import format_time, parse_duration, parse_time

# Operators whose value is stored unchanged in a field of the form.
TEXT_FIELDS = {
    "from": "sender",
    "to": "recipient",
    "domain": "domain",
    "url": "url",
    "subject": "subject",
    "message-id": "message_id",
    "attachment": "attachment",
    "hash": "hash",
    "ip": "ip",
    "reason": "reason",
}
CHOICE_FIELDS = {"status": "status", "action": "action", "spf": "spf", "dkim": "dkim", "dmarc": "dmarc", "has": "has"}
FLAG_FIELDS = {"detected": "detections_only", "reported": "reported"}
# Dispositions that have a checkbox in the form. The others stay in the text.
FORM_DISPOSITIONS = {"MALICIOUS", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE"}
FOLDED_FIELDS = (*TEXT_FIELDS.values(), *CHOICE_FIELDS.values(), *FLAG_FIELDS.values(), "disposition")

_TIMES = ("before", "after", "last")
_NEEDS_QUOTES = re.compile(r'[\s()"]')
_LIKE_SYNTAX = re.compile(r"[A-Za-z][A-Za-z-]{0,40}:|(?:AND|OR|NOT)\Z")


@dataclass(slots=True)
class QueryFields:
    """A query split into form fields: `values` by field name, and `text` with the parts that no field can express.

    `last` is a duration such as 7d. `start` and `end` are aware. All three are empty if the query has no time.
    """

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    last: str = ""
    start: datetime | None = None
    end: datetime | None = None

    @property
    def says_time(self) -> bool:
        return bool(self.last or self.start or self.end)


def query_to_fields(text: str) -> QueryFields:
    """Return the query with each part moved to its form field, if it has one. Raise QueryError if it is invalid."""
    text = with_offsets(text)
    found = QueryFields()
    rest: list[Node] = []
    times: list[Term] = []
    # Start at the end, where `query_text` puts the fields. So folding the bar's own text again changes nothing.
    for part in reversed(conjuncts(parse(text))):
        if isinstance(part, Term) and part.operator in _TIMES:
            times.append(part)
        elif not _into_field(part, found.values):
            rest.append(part)
    found.text = " ".join(text[part.span.start : part.span.end] for part in reversed(rest))
    _fold_times(times, found)
    return found


def _fold_times(times: list[Term], found: QueryFields) -> None:
    if len(times) == 1 and times[0].operator == "last":
        found.last = times[0].value.lower()
        return
    now = timezone.now()
    for term in times:
        moment = now - (parse_duration(term.value) or now - now) if term.operator == "last" else parse_time(term.value)
        if term.operator == "before":
            found.end = min(filter(None, (found.end, moment)), default=None)
        else:
            found.start = max(filter(None, (found.start, moment)), default=None)
    if found.start and found.end and found.start >= found.end:
        raise QueryError("The range of time ends before it starts.", times[-1].span)


def _into_field(part: Node, values: dict[str, Any]) -> bool:
    """Store the part in its field. Return False if it has no field, or the field is set or can't hold the value."""
    if isinstance(part, Or) or (isinstance(part, Term) and part.operator == "disposition"):
        return _into_verdicts(part, values)
    if not isinstance(part, Term):
        return False
    if part.operator == "is":
        values[FLAG_FIELDS[part.value.casefold()]] = True
        return True
    if part.operator == "subject":
        if part.has_blank or _term("subject", part.value).is_wild != part.is_wild:
            return False
        values["subject"] = " ".join(filter(None, (part.value, values.get("subject"))))
        return True
    name = TEXT_FIELDS.get(part.operator) or CHOICE_FIELDS.get(part.operator, "")
    if not name or name in values:
        return False
    if part.operator in CHOICE_FIELDS:
        choice = OPERATORS[part.operator].choice(part.value)
        if choice is None or choice.value == "link":
            return False
        values[name] = str(choice.value)
        return True
    if _term(part.operator, part.value).is_wild != part.is_wild or part.value != part.value.strip():
        return False
    values[name] = part.value
    return True


def _into_verdicts(part: Node, values: dict[str, Any]) -> bool:
    listed = [part] if isinstance(part, Term) else list(part.parts) if isinstance(part, Or) else []
    if "disposition" in values or not all(isinstance(term, Term) and term.operator == "disposition" for term in listed):
        return False
    choices = [OPERATORS["disposition"].choice(term.value) for term in listed if isinstance(term, Term)]
    chosen = list(dict.fromkeys(str(choice.value) for choice in choices if choice))
    if not chosen or not set(chosen) <= FORM_DISPOSITIONS:
        return False
    values["disposition"] = chosen
    return True


def fields_to_terms(values: Mapping[str, Any]) -> list[Node]:
    """Return the fields as parts of a query, to be joined by AND. Raise QueryError if a value is invalid."""
    found: list[Node] = []
    for operator, name in TEXT_FIELDS.items():
        for value in str(values.get(name) or "").split() if name == "subject" else [values.get(name)]:
            if value:
                found.append(OPERATORS[operator].checked(_term(operator, str(value))))
    if chosen := values.get("disposition"):
        parts: list[Node] = [_chosen("disposition", value) for value in chosen]
        found.append(parts[0] if len(parts) == 1 else Or(tuple(parts)))
    found += [_chosen(operator, str(values[name])) for operator, name in CHOICE_FIELDS.items() if values.get(name)]
    found += [Term("is", word) for word, name in FLAG_FIELDS.items() if values.get(name)]
    return found


def _chosen(operator: str, value: str) -> Term:
    choice = OPERATORS[operator].choice(value)
    return Term(operator, choice.word if choice else value)


def _term(operator: str, value: str) -> Term:
    """Return the term for a field's value. A star is a wildcard unless the value needs quotation marks."""
    return Term(operator, value, is_quoted=bool(_NEEDS_QUOTES.search(value)))


def whole_query(text: str, values: Mapping[str, Any]) -> Node | None:
    """Return the query that joins text and fields by AND.

    Raise QueryError, with a span in the text, if the query is invalid.
    """
    return all_of([*conjuncts(parse(text)), *fields_to_terms(values)])


def query_text(text: str, values: Mapping[str, Any]) -> str:
    """Return text and fields as one query text for the bar. Raise QueryError if a part is invalid."""
    fields = [_written(part) for part in fields_to_terms(values)]
    if text and fields and isinstance(parse(text), Or) and not _is_bracketed(text):
        text = f"({text})"
    return " ".join(filter(None, (text, *fields)))


def _is_bracketed(text: str) -> bool:
    node = parse(text)
    return node is not None and node.span == Span(0, len(text)) and text.startswith("(") and text.endswith(")")


def _written(node: Node) -> str:
    if isinstance(node, Or):
        words = ",".join(part.value for part in node.parts if isinstance(part, Term))
        return f"disposition:{words}"
    assert isinstance(node, Term)  # noqa: S101 - `fields_to_terms` returns nothing else
    return f"{node.operator}:{quoted(node.value)}"


def quoted(value: str, *, always: bool = False) -> str:
    """Return the value escaped for a query, in quotation marks if it needs them or if `always` is true."""
    if not always and value and not _NEEDS_QUOTES.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_words(value: str) -> str:
    """Return text from a message escaped so that a query searches for its words and not for syntax in it."""
    return quoted(value, always=bool(_LIKE_SYNTAX.match(value)) or "*" in value)


def with_offsets(text: str) -> str:
    """Return the query with an offset in every time, so that it means the same in every time zone.

    Times without an offset are in the viewer's time zone.
    """
    for term in reversed(list(terms(parse(text)))):
        moment = parse_time(term.value) if term.operator in ("before", "after") else None
        if moment is not None:
            text = text[: term.value_span.start] + format_time(moment) + text[term.value_span.end :]
    return text

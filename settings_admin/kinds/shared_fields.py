"""Fields, filters and checks that several kinds of policies share."""

from __future__ import annotations

from collections.abc import Iterator

from settings_admin.kinds.description import Fault, Field, Filter, Input, Values
from settings_admin.patterns.checking import PatternKind, pattern_flaws

TYPES = (
    (PatternKind.EMAIL.value, "Email address"),
    (PatternKind.DOMAIN.value, "Domain"),
    (PatternKind.IP.value, "IP address"),
)
YES_NO = (("true", "Yes"), ("false", "No"))

PATTERN_TYPE = Field(
    "pattern_type",
    "Type",
    Input.CHOICE,
    "What the pattern is compared with. A domain includes its subdomains; an IP address may be a CIDR block.",
    choices=TYPES,
    required=True,
    initial=PatternKind.EMAIL.value,
)
IS_REGEX = Field(
    "is_regex",
    "Regular expression",
    Input.CHECK,
    "Read the pattern as an RE2 expression. It has to match the whole value; case never counts.",
    initial=False,
)
COMMENTS = Field("comments", "Notes", Input.NOTE, "For the team: who asked for it, and until when.")
TYPE_FILTER = Filter("pattern_type", "Type", (*TYPES, ("UNKNOWN", "Unknown (old entries)")))


def flag_filter(name: str, label: str) -> Filter:
    """Return a filter with the choices yes and no."""
    return Filter(name, label, YES_NO, is_flag=True)


def sender_faults(values: Values) -> Iterator[Fault]:
    """Yield the errors of an entry's `pattern`, checked as its `pattern_type`."""
    pattern = str(values.get("pattern") or "")
    for flaw in pattern_flaws(pattern, str(values.get("pattern_type") or ""), is_regex=bool(values.get("is_regex"))):
        yield Fault("pattern", flaw.message, flaw.at)


def matched(values: Values) -> str:
    """Return a description in words of the values that an entry's pattern matches."""
    pattern, kind = str(values.get("pattern") or ""), str(values.get("pattern_type") or "")
    if values.get("is_regex"):
        whole = {"EMAIL": "addresses", "DOMAIN": "domains", "IP": "IP addresses"}.get(kind, "values")
        return f"{whole} that match {pattern} as a whole"
    if kind == PatternKind.DOMAIN:
        return f"{pattern} and its subdomains"
    if kind == PatternKind.IP:
        return f"the network {pattern}" if "/" in pattern else f"the address {pattern}"
    return pattern

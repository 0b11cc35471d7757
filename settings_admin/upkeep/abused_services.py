"""Services that anybody can send from, and that attackers widely abuse: an entry that allows one allows them too.

The list is kept by hand in `abused_services.json`, with its date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from policy_patterns.expressions import BadExpression, compiled
from settings_admin.kinds import ALLOW_POLICIES, TRUSTED_DOMAINS, Kind, Values
from settings_admin.patterns.checking import PatternKind, host_key

_FILE: Final = Path(__file__).with_name("abused_services.json")


@lru_cache(maxsize=1)
def _list() -> tuple[str, dict[str, str]]:
    """Return the date of the list, and what each of its domains is."""
    kept = json.loads(_FILE.read_text())
    return kept["as_of"], {domain: what for what, domains in kept["services"].items() for domain in domains}


def list_date() -> str:
    """Return the date on which the list was last gone through, in ISO 8601 format."""
    return _list()[0]


def abused_services(kind: Kind, values: Values) -> list[tuple[str, str]]:
    """Return the services, as (domain, what it is), whose every customer an entry lets through.

    A customer's own name below such a domain is nobody else's, and one address is one person's: neither is told.
    Other kinds let nobody through.
    """
    if kind not in {ALLOW_POLICIES, TRUSTED_DOMAINS}:
        return []
    if kind is ALLOW_POLICIES and not (values.get("is_trusted_sender") or values.get("is_acceptable_sender")):
        return []
    pattern, known = str(values.get("pattern") or ""), _list()[1]
    how = PatternKind.DOMAIN.value if kind is TRUSTED_DOMAINS else str(values.get("pattern_type") or "")
    if values.get("is_regex"):
        return list(_met(pattern, how))
    if how != PatternKind.DOMAIN:
        return []
    domain = host_key(pattern)
    return [(one, what) for one, what in known.items() if one == domain or one.endswith(f".{domain}")]


def _met(pattern: str, how: str) -> Iterator[tuple[str, str]]:
    if how not in {PatternKind.DOMAIN, PatternKind.EMAIL}:
        return
    try:
        expression = compiled(pattern)
    except BadExpression:
        return
    for domain, what in _list()[1].items():
        # The names are made up: an expression that takes these two takes anybody's.
        tried = [f"q7-nobody@{domain}", f"z4.anybody@{domain}"]
        if all(expression.fullmatch(text) for text in tried) or (
            how == PatternKind.DOMAIN and expression.fullmatch(domain)
        ):
            yield domain, what


def abuse_warning(kind: Kind, values: Values) -> str:
    """Return a warning in words. It is empty if the entry allows no such service."""
    found = abused_services(kind, values)
    if not found:
        return ""
    named = ", ".join(f"{domain} ({what})" for domain, what in found[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"Anybody can send from {named}{more}. Allow one address, or one customer's name, instead."

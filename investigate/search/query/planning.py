"""Query planning: split a query into filters for the API and a rest that the client-side filter tests on each row."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address

from api_client.resources import EXTENSIONS, SearchFilters
from investigate.search.query.operators import OPERATORS
from investigate.search.query.row_matching import is_domain, needs_detail
from investigate.search.query.syntax_tree import Node, Or, QueryError, Term, all_of, conjuncts, terms
from investigate.search.query.times import parse_duration, parse_time


@dataclass(frozen=True, slots=True)
class ApiFilter:
    """An API filter for a term. If it is not `exact`, the filter finds more messages than the term."""

    name: str
    value: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Plan of a query: `filters` for the API, and the `rest` to test on each row, or None if nothing is left.

    `start` and `end` are the limits that the query itself sets on the time, or None. Both are inclusive.
    """

    filters: SearchFilters = field(default_factory=SearchFilters)
    rest: Node | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def needs_detail(self) -> bool:
        """Return whether the rows alone may not decide the rest, so that details are needed."""
        return self.rest is not None and needs_detail(self.rest)


# API filters that take several words in one text, all of which must occur.
_TEXTS = ("query", "subject")


def plan_of(node: Node | None, *, now: datetime, extensions: Collection[str] = ()) -> Plan:
    """Return the plan of the query. Raise QueryError if the query can't be carried out.

    `extensions` are the filters that the API has beyond its contract.
    """
    planner = _Planner(now, extensions)
    for part in conjuncts(node):
        planner.add(part)
    rest = all_of(planner.rest)
    if misplaced := next((term for term in terms(rest) if (term.operator, term.value.casefold()) == _REPORTED), None):
        raise QueryError("“is:reported” asks for other mail, so it can't stand with OR or NOT.", misplaced.span)
    return Plan(planner.filters(), rest, planner.start, planner.end)


_REPORTED = ("is", "reported")


class _Planner:
    def __init__(self, now: datetime, extensions: Collection[str]) -> None:
        self._now = now
        self._unknown = EXTENSIONS - set(extensions)
        self._lists: dict[str, list[str]] = {}
        self._texts: dict[str, list[str]] = {}
        self._flags: set[str] = set()
        self.rest: list[Node] = []
        self.start: datetime | None = None
        self.end: datetime | None = None

    def add(self, part: Node) -> None:
        if isinstance(part, Term) and part.operator in {"before", "after", "last"}:
            self._add_time(part)
            return
        if isinstance(part, Term) and part.operator == "is":
            self._flags.add(part.value.casefold())
            return
        pushes = _api_filters_of(part)
        if not pushes or pushes[0].name in self._unknown or not self._send(pushes):
            self.rest.append(part)

    def _add_time(self, term: Term) -> None:
        if term.operator == "before":
            moment = parse_time(term.value)
            # The API's `end` is inclusive, but the time of `before:` is exclusive.
            last = moment - timedelta(microseconds=1) if moment else None
            self.end = min(filter(None, (self.end, last)), default=None)
            return
        stretch = parse_duration(term.value)
        moment = self._now - stretch if term.operator == "last" and stretch else parse_time(term.value)
        self.start = max(filter(None, (self.start, moment)), default=None)

    def _send(self, pushes: list[ApiFilter]) -> bool:
        """Add the filters unless the API filter is in use already. Return whether they express the part exactly."""
        name = pushes[0].name
        if name in _TEXTS:
            self._texts.setdefault(name, []).append(pushes[0].value)
        elif name in self._lists:
            return False
        else:
            self._lists[name] = [push.value for push in pushes]
        return all(push.exact for push in pushes)

    def filters(self) -> SearchFilters:
        found = SearchFilters()
        for name, values in self._lists.items():
            found[name] = values[0] if len(values) == 1 else values  # type: ignore[literal-required]  # a filter's name
        for name, values in self._texts.items():
            found[name] = " ".join(values)  # type: ignore[literal-required]  # a filter's name
        if "reported" in self._flags:
            found["submissions"] = True
        found["detections_only"] = "detected" in self._flags
        return found


def _api_filters_of(part: Node) -> list[ApiFilter]:
    """Return the filters for the part: one for a term, or several with the same name for terms joined by OR.

    Return an empty list if the API can't filter for the part.
    """
    if isinstance(part, Term):
        push = _push(part)
        return [push] if push else []
    if not isinstance(part, Or):
        return []
    found = [_push(term) if isinstance(term, Term) else None for term in part.parts]
    pushes = [push for push in found if push is not None]
    names = {push.name for push in pushes}
    return pushes if len(pushes) == len(found) and len(names) == 1 and not names & set(_TEXTS) else []


def _push(term: Term) -> ApiFilter | None:
    rule = _RULES.get(term.operator)
    return rule(term) if rule else None


def _text(name: str) -> Callable[[Term], ApiFilter | None]:
    # The API splits the value at blanks and finds the words in any order. So phrases are tested again on the rows,
    # and so are accents in quotation marks, which the API does not tell apart.
    return lambda term: (
        None if term.is_wild else ApiFilter(name, term.value, exact=not term.has_blank and not term.is_exact)
    )


def _person(name: str) -> Callable[[Term], ApiFilter | None]:
    def rule(term: Term) -> ApiFilter | None:
        value = term.value.removeprefix("*@") if term.is_wild else term.value
        if "*" in value and not term.is_quoted:
            return None
        return ApiFilter(name, value) if "@" in value or is_domain(value) else None

    return rule


def _listed(name: str, *broader: tuple[str, str]) -> Callable[[Term], ApiFilter | None]:
    """Return the rule for a filter with listed values. `broader` has pairs of a value and the value to send instead.

    The value that is sent instead finds more messages, so the filter is not exact.
    """

    def rule(term: Term) -> ApiFilter | None:
        choice = OPERATORS[term.operator].choice(term.value)
        value = choice.value if choice else ""
        instead = dict(broader).get(value)
        return ApiFilter(name, instead, exact=False) if instead else ApiFilter(name, value)

    return rule


def _ip(term: Term) -> ApiFilter | None:
    # An IPv6 address has many spellings, and the API finds only the spelling that it is given.
    try:
        return ApiFilter("query", str(IPv4Address(term.value)), exact=False)
    except ValueError:
        return None


def _plain(name: str, *, exact: bool) -> Callable[[Term], ApiFilter | None]:
    return lambda term: None if "*" in term.value else ApiFilter(name, term.value, exact=exact)


_RULES: dict[str, Callable[[Term], ApiFilter | None]] = {
    "": _text("query"),
    "subject": _text("subject"),
    "from": _person("sender"),
    "to": _person("recipient"),
    "domain": _plain("domain", exact=True),
    "url": lambda term: None if term.is_wild else ApiFilter("url", term.value),
    "message-id": _plain("message_id", exact=True),
    "disposition": _listed("final_disposition", ("MALICIOUS-BEC", "MALICIOUS")),
    "status": _listed("delivery_status"),
    "action": _listed("message_action"),
    "ip": _ip,
    "hash": _plain("query", exact=True),
    "attachment": _plain("query", exact=False),
    "reason": _plain("query", exact=False),
}

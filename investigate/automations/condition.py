"""The condition of an automation or alert: a query of the search bar, tested on messages with its own matcher."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone

from api_client import Client
from api_client.models import Message
from api_client.resources import SearchFilters
from investigate.search.client_side_filter import detail_of
from investigate.search.form import DEFAULT_RANGE, SearchForm
from investigate.search.query import KnownMessage, Node, query_matches
from investigate.search.query.syntax_tree import terms

DETAILS_AT_MOST = 50
"""Maximum number of details that one step reads. Messages beyond are undecided, and left alone."""

_TIMES = frozenset({"before", "after", "last"})


class ConditionInvalid(Exception):
    """The query can't be a condition. The text says why."""


@dataclass(slots=True)
class Condition:
    """A condition: `filters` for the API, the `rest` that these don't test, and the `whole` query.

    `undecided` counts the messages that could not be tested.
    """

    filters: SearchFilters
    rest: Node | None
    whole: Node | None
    text: str
    details_left: int = DETAILS_AT_MOST
    undecided: int = 0
    _details: dict[str, bool] = field(default_factory=dict)

    def fits(self, client: Client, message: Message, *, is_filtered: bool = False) -> bool:
        """Return whether the message fits. With `is_filtered`, the API has applied the filters already.

        What can't be decided does not fit, and is counted. Raise ApiError if the detail can't be read.
        """
        node = self.rest if is_filtered else self.whole
        if node is None:
            return True
        known = KnownMessage(message, timezone.now())
        answer = query_matches(node, known)
        if answer is None and self.details_left > 0:
            self.details_left -= 1
            if detail := detail_of(client, message.id):
                answer = query_matches(node, KnownMessage(message, known.now, detail))
        if answer is None:
            self.undecided += 1
        return bool(answer)


def condition_of(query: str, *, extensions: frozenset[str] | None = None) -> Condition:
    """Return the condition that the query says. Raise ConditionInvalid if it says none.

    `extensions` are the filters that the API has beyond its contract. Without them, the API is asked.
    """
    data = QueryDict(mutable=True)
    data["q"] = query
    form = SearchForm(data, extensions=extensions)
    if not form.is_valid():
        said = form.query_error.said if form.query_error else "; ".join(str(one[0]) for one in form.errors.values())
        raise ConditionInvalid(said)
    words = list(terms(form.node))
    if form.cleaned_data["range"] != DEFAULT_RANGE or any(term.operator in _TIMES for term in words):
        raise ConditionInvalid("What is watched happens from now on. Leave out before:, after: and last:.")
    if any(term.operator == "is" and term.value.casefold() == "reported" for term in words):
        raise ConditionInvalid("Choose “A user reported a message” instead of is:reported.")
    return Condition(form.plan.filters.copy(), form.plan.rest, form.node, form.text)

"""Record searches in the audit trail: the query as it was asked, never what it found."""

import hashlib

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record_look
from dashboard.requests import ConsoleRequest
from investigate.search.address import search_query
from investigate.search.form import SearchForm


def record_search(request: ConsoleRequest, form: SearchForm, *, outcome: Outcome = Outcome.DONE) -> None:
    """Record a search before its rows are shown. Its further pages, and the same search soon again, are one entry.

    The object is a digest of the query, by which all entries of one search can be found.
    """
    query = search_query(form).urlencode()
    record_look(
        actor=actor_of(request),
        action=AuditAction.SEARCH,
        object_kind="search",
        object_id=hashlib.sha256(query.encode()).hexdigest()[:16],
        outcome=outcome,
        detail={"query": query},
    )

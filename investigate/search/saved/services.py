"""Save, pin and delete searches of the team, and remember recent searches of a user."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from investigate.search.address import search_query
from investigate.search.form import SearchForm
from investigate.search.saved.models import RECENT_KEPT, RecentSearch, SavedSearch

PINNED_AT_MOST = 8


class TooManyViews(Exception):
    """The team has as many views as fit beside the quick searches."""


class NameTaken(Exception):
    """Another saved search has the same name."""


def search_save(*, actor: Actor, name: str, form: SearchForm) -> SavedSearch:
    """Save the search under a name. Raise NameTaken if another saved search has the name."""
    try:
        with transaction.atomic():
            saved = SavedSearch.objects.create(
                name=name,
                query=search_query(form).urlencode(safe=":"),
                created_by_id=actor.user_id,
                created_by_name=actor.username,
            )
            _record(actor, AuditAction.SEARCH_SAVE, saved)
    except IntegrityError as error:
        raise NameTaken(name) from error
    return saved


def search_delete(*, actor: Actor, saved: SavedSearch) -> None:
    """Delete a saved search. Its name and query stay in the audit trail."""
    with transaction.atomic():
        _record(actor, AuditAction.SEARCH_DELETE, saved)
        saved.delete()


def search_pin(*, actor: Actor, saved: SavedSearch, is_pinned: bool) -> None:
    """Make a saved search a view of the team, or no longer. Raise TooManyViews beyond PINNED_AT_MOST."""
    with transaction.atomic():
        pinned = list(SavedSearch.objects.select_for_update().filter(is_pinned=True).values_list("pk", flat=True))
        if is_pinned and saved.pk not in pinned and len(pinned) >= PINNED_AT_MOST:
            raise TooManyViews
        if SavedSearch.objects.filter(pk=saved.pk).exclude(is_pinned=is_pinned).update(is_pinned=is_pinned):
            _record(actor, AuditAction.SEARCH_PIN if is_pinned else AuditAction.SEARCH_UNPIN, saved)


def _record(actor: Actor, action: AuditAction, saved: SavedSearch) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="search",
        object_id=str(saved.pk),
        outcome=Outcome.DONE,
        detail={"name": saved.name, "query": saved.query},
    )


def search_remember(*, user: User, form: SearchForm) -> None:
    """Save the search as a recent search of the user, unless it is empty or too long to store."""
    query = search_query(form).urlencode(safe=":")
    text = form.text
    if not text or len(query) > 2000 or len(text) > 2000:
        return
    _, is_new = RecentSearch.objects.update_or_create(user=user, query=query, defaults={"text": text})
    if is_new:
        old = RecentSearch.objects.filter(user=user).values_list("pk", flat=True)[RECENT_KEPT : RECENT_KEPT + 50]
        RecentSearch.objects.filter(pk__in=list(old)).delete()

"""Queries for saved and recent searches."""

from django.contrib.auth.models import AnonymousUser, User

from investigate.search.saved.models import RECENT_KEPT, RecentSearch, SavedSearch

_SHOWN = 100


def saved_searches() -> list[SavedSearch]:
    """Return the team's saved searches, those that are pinned first, then by name, at most `_SHOWN`."""
    return list(SavedSearch.objects.order_by("-is_pinned", "name")[:_SHOWN])


def recent_searches(user: User | AnonymousUser) -> list[RecentSearch]:
    """Return the user's recent searches, newest first."""
    return list(RecentSearch.objects.filter(user=user)[:RECENT_KEPT]) if isinstance(user, User) else []

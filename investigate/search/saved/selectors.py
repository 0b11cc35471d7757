"""Reading kept searches."""

from django.contrib.auth.models import AnonymousUser, User

from investigate.search.saved.models import RECENT_KEPT, RecentSearch, SavedSearch

_SHOWN = 100


def saved_searches() -> list[SavedSearch]:
    """Return what the team has saved, by name."""
    return list(SavedSearch.objects.all()[:_SHOWN])


def recent_searches(user: User | AnonymousUser) -> list[RecentSearch]:
    """Return what the person searched for lately, the newest first."""
    return list(RecentSearch.objects.filter(user=user)[:RECENT_KEPT]) if isinstance(user, User) else []

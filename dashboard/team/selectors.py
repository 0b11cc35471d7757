"""Queries for users and their open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from dashboard.account_links.selectors import accounts_of_person, makers_of_accounts
from dashboard.capabilities import Role, role_of
from dashboard.people.second_factors.requirement import STRONG
from dashboard.people.sessions import session_counts


@dataclass(frozen=True, slots=True)
class Person:
    """A user, active or deactivated, with their role and number of open sessions.

    `makers` are the names of those with whom they count as one person in approvals; `may_vouch` says whether the
    admin who looks at the list may end that.
    """

    user: User
    role: Role | None
    sessions: int
    makers: tuple[str, ...]
    may_vouch: bool
    has_second_factor: bool

    @property
    def is_invited(self) -> bool:
        """Whether the user has not chosen a password yet."""
        return not self.user.has_usable_password()

    @property
    def last_seen(self) -> datetime | None:
        """Time of the last sign-in."""
        return self.user.last_login


def people_list(viewer: User) -> list[Person]:
    """Return all users by name, active ones first, as this admin sees them."""
    counts = session_counts()
    users = User.objects.prefetch_related("groups").order_by("-is_active", "username")
    strong = set(Authenticator.objects.filter(type__in=STRONG).values_list("user_id", flat=True))
    makers = makers_of_accounts()
    own = accounts_of_person(viewer.pk)
    return [
        Person(
            user=user,
            role=_role(user),
            sessions=counts.get(user.pk, 0),
            makers=tuple(makers.get(user.pk, ())),
            may_vouch=user.pk not in own,
            has_second_factor=user.pk in strong,
        )
        for user in users
    ]


def _role(user: User) -> Role | None:
    """Return the user's role. For a deactivated user, return the role they would have if activated again."""
    if user.is_active:
        return role_of(user)
    names = {group.name for group in user.groups.all()}
    return next((role for role in reversed(Role) if role.value in names), None)

"""Queries for users and their open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from dashboard.capabilities import Role, role_of
from dashboard.people.second_factors.requirement import STRONG
from dashboard.people.sessions import session_counts


@dataclass(frozen=True, slots=True)
class Person:
    """A user, active or deactivated, with their role and number of open sessions."""

    user: User
    role: Role | None
    sessions: int
    has_second_factor: bool = False

    @property
    def is_invited(self) -> bool:
        """Whether the user has not chosen a password yet."""
        return not self.user.has_usable_password()

    @property
    def last_seen(self) -> datetime | None:
        """Time of the last sign-in."""
        return self.user.last_login


def people_list() -> list[Person]:
    """Return all users by name, active ones first."""
    counts = session_counts()
    users = User.objects.prefetch_related("groups").order_by("-is_active", "username")
    strong = set(Authenticator.objects.filter(type__in=STRONG).values_list("user_id", flat=True))
    return [Person(user, _role(user), counts.get(user.pk, 0), user.pk in strong) for user in users]


def _role(user: User) -> Role | None:
    """Return the user's role. For a deactivated user, return the role they would have if activated again."""
    if user.is_active:
        return role_of(user)
    names = {group.name for group in user.groups.all()}
    return next((role for role in reversed(Role) if role.value in names), None)

"""The one place that says who may do what in the console.

A role is a Django group of the same name. What a role may do is code, not rows, so that it is reviewed like code
and is the same on every installation.
"""

from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User


class Role(StrEnum):
    """The roles, least first; the value is the name of the group."""

    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Capability(StrEnum):
    """What a person may be allowed to do; views, templates and services ask for these and never for roles."""

    SEARCH = "search"
    PREVIEW = "preview"
    CLAIM = "claim"
    NOTE = "note"
    RECLASSIFY = "reclassify"
    RAW = "raw"
    MOVE = "move"
    RELEASE = "release"
    RUN_JOBS = "run_jobs"
    BLOCK_SENDER = "block_sender"
    APPROVE_JOBS = "approve_jobs"
    MANAGE_POLICIES = "manage_policies"
    MANAGE_PEOPLE = "manage_people"
    VIEW_CONNECTION = "view_connection"
    VIEW_AUDIT = "view_audit"


_REVIEWER = frozenset(
    {Capability.SEARCH, Capability.PREVIEW, Capability.CLAIM, Capability.NOTE, Capability.RECLASSIFY},
)
_ANALYST = _REVIEWER | {
    Capability.RAW,
    Capability.MOVE,
    Capability.RELEASE,
    Capability.RUN_JOBS,
    Capability.BLOCK_SENDER,
    Capability.APPROVE_JOBS,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.REVIEWER: _REVIEWER,
    Role.ANALYST: _ANALYST,
    Role.ADMIN: frozenset(Capability),
}


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """Return the highest role that the person has, or None for a stranger, an inactive person or one without a group.

    The answer is kept on the user object, which lives for one request.
    """
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.ADMIN
    names: set[str] | None = getattr(user, "_gatehouse_groups", None)
    if names is None:
        names = set(user.groups.values_list("name", flat=True))
        user._gatehouse_groups = names  # type: ignore[attr-defined]  # a memo on the instance, for this request only
    return next((role for role in reversed(Role) if role.value in names), None)


def capabilities_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[Capability]:
    """Return everything that the person may do; empty without a role."""
    role = role_of(user)
    return CAPABILITIES[role] if role else frozenset()


def can(user: AbstractBaseUser | AnonymousUser, capability: Capability) -> bool:
    """Tell whether the person may do this."""
    return capability in capabilities_of(user)

"""Roles and capabilities: the only definition of who may do what in the console.

A role is a Django group of the same name. The capabilities of a role are defined in code, not in database rows, so
that they are reviewed like code and are the same on every installation.
"""

from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User


class Role(StrEnum):
    """The roles, in ascending order: of several, the highest counts. The value is the name of the Django group."""

    READ_ONLY = "read_only"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    POLICY_ADMIN = "policy_admin"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role's name on pages."""
        return {"read_only": "Read-only", "policy_admin": "Policy admin"}.get(self.value, self.value.capitalize())


class Capability(StrEnum):
    """A permission. Views, templates and services check capabilities, never roles."""

    SEARCH = "search"
    VIEW_CONTENT = "view_content"
    SAVE_SEARCHES = "save_searches"
    CLAIM = "claim"
    NOTE = "note"
    RECLASSIFY = "reclassify"
    RAW = "raw"
    MOVE = "move"
    RELEASE = "release"
    VIEW_JOBS = "view_jobs"
    RUN_JOBS = "run_jobs"
    BLOCK_SENDER = "block_sender"
    APPROVE_JOBS = "approve_jobs"
    VIEW_POLICIES = "view_policies"
    PROPOSE_POLICIES = "propose_policies"
    MANAGE_POLICIES = "manage_policies"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TOKENS = "manage_tokens"
    VIEW_CONNECTION = "view_connection"
    VIEW_AUDIT = "view_audit"
    MANAGE_SENDING = "manage_sending"


_REVIEWER = frozenset(
    {
        Capability.SEARCH,
        Capability.SAVE_SEARCHES,
        Capability.VIEW_CONTENT,
        Capability.CLAIM,
        Capability.NOTE,
        Capability.RECLASSIFY,
    },
)
_ANALYST = _REVIEWER | {
    Capability.RAW,
    Capability.MOVE,
    Capability.RELEASE,
    Capability.VIEW_JOBS,
    Capability.RUN_JOBS,
    Capability.BLOCK_SENDER,
    Capability.APPROVE_JOBS,
    Capability.PROPOSE_POLICIES,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    # Whoever only reads sees lists and results: neither content of mail nor anything that changes.
    Role.READ_ONLY: frozenset({Capability.SEARCH, Capability.VIEW_JOBS, Capability.VIEW_POLICIES}),
    Role.REVIEWER: _REVIEWER,
    Role.ANALYST: _ANALYST,
    # Policies are written about senders and domains. That takes the lists, not the content of mail.
    Role.POLICY_ADMIN: frozenset(
        {
            Capability.SEARCH,
            Capability.SAVE_SEARCHES,
            Capability.BLOCK_SENDER,
            Capability.VIEW_POLICIES,
            Capability.PROPOSE_POLICIES,
            Capability.MANAGE_POLICIES,
        }
    ),
    Role.ADMIN: frozenset(Capability),
}


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """Return the user's highest role. Return None if they are anonymous, inactive or in no group.

    The user's groups are cached on the user object, which lives for one request.
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
    """Return the user's capabilities. The set is empty without a role."""
    role = role_of(user)
    return CAPABILITIES[role] if role else frozenset()


def can(user: AbstractBaseUser | AnonymousUser, capability: Capability) -> bool:
    """Return whether the user has the capability."""
    return capability in capabilities_of(user)

"""Create users with a role, and change their e-mail address."""

from django.contrib.auth.models import Group, User
from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM, Actor
from dashboard.audit.services import record
from dashboard.capabilities import Role


@transaction.atomic
def people_ensure(*, username: str, password: str, role: str | Role, actor: Actor = SYSTEM) -> tuple[User, bool]:
    """Create a user unless they exist. Return the user and whether they were created.

    An existing user keeps their password and role, so this may run at every start. Raise ValueError for an unknown
    role.
    """
    wanted = Role(role)
    user, is_new = User.objects.get_or_create(username=username)
    if not is_new:
        return user, False
    user.set_password(password)
    user.save(update_fields=["password"])
    group, _ = Group.objects.get_or_create(name=wanted.value)
    user.groups.set([group])
    record(
        actor=actor,
        action=AuditAction.PERSON_CREATE,
        object_kind="person",
        object_id=username,
        outcome=Outcome.DONE,
        detail={"role": wanted.value},
    )
    return user, True


@transaction.atomic
def email_change(*, actor: Actor, user: User, address: str) -> None:
    """Set the user's e-mail address, and record it with the address before."""
    before, user.email = user.email, address
    user.save(update_fields=["email"])
    record(
        actor=actor,
        action=AuditAction.EMAIL_CHANGE,
        object_kind="person",
        object_id=user.get_username(),
        outcome=Outcome.DONE,
        detail={"before": before, "after": address},
    )

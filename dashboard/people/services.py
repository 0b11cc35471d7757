"""Create users with a role."""

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

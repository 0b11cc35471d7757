"""Take a person's second factor away, when they have lost it."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.people.sessions import sessions_end


@transaction.atomic
def second_factor_take_away(*, user: User, actor: Actor) -> int:
    """Delete all of the user's second factors and end their sessions. Return how many factors there were."""
    taken = Authenticator.objects.filter(user=user).delete()[0]
    sessions_end(user)
    record(
        actor=actor,
        action=AuditAction.SECOND_FACTOR_TAKE_AWAY,
        object_kind="person",
        object_id=user.get_username(),
        outcome=Outcome.DONE,
        detail={"factors": taken},
    )
    return int(taken)

"""First passwords: chosen by somebody else, so their user has to choose another before anything else opens."""

from django.contrib.auth.models import User

from dashboard.people.models import FirstPassword
from dashboard.stack.runfile import forget_password

DUE = "password_due"
"""Key of the session's data that says that another password is due. It is set at sign-in."""


def password_given(user: User) -> None:
    """Note that somebody else has chosen the user's password."""
    FirstPassword.objects.get_or_create(user=user)


def password_chosen(user: User) -> None:
    """Note that the user has chosen a password, and take the first one out of run.json."""
    if FirstPassword.objects.filter(user=user).delete()[0]:
        forget_password(user.get_username())


def has_first_password(user: User) -> bool:
    """Return whether the user has to choose a password before anything else."""
    return FirstPassword.objects.filter(user=user).exists()

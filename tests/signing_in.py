"""Signing somebody in as their password does: with the proof of who they are, which counts for a while."""

import time

from django.contrib.auth.models import User
from django.test import Client


def sign_in(client: Client, user: User) -> None:
    """Sign the user in, a moment ago."""
    client.force_login(user)
    prove(client, user)


def prove(client: Client, user: User, *, seconds_ago: float = 0) -> None:
    """Have the session say that the user has given their password so many seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()

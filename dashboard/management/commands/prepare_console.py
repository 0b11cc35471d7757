"""`manage.py prepare_console`: create the first users and write run.json."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

from dashboard import environment
from dashboard.edge import keeps_first_passwords
from dashboard.people.first_passwords import password_given
from dashboard.people.services import people_ensure
from dashboard.stack.runfile import read_run_file, write_run_file

ROLES = ("admin", "analyst", "reviewer")


class Command(BaseCommand):
    """Create an admin, an analyst and a reviewer if there are no users yet, and write run.json.

    On the loopback address a random password is written to run.json before the user is created, so it is not lost if
    the process dies in between; beyond it, it is shown once on the terminal and written nowhere. With
    GATEHOUSE_FIRST_PASSWORDS=change its user has to choose another before anything else opens, and it is then taken out
    of run.json. A password that the environment gives is never a first one: whoever runs this copy has chosen it.
    """

    help = "Creates the first admin, analyst and reviewer, and writes run.json. Safe to run again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        known = {user["username"]: user for user in read_run_file()["users"]}
        users: list[dict[str, str | None]] = []
        first_start = not get_user_model().objects.exists()
        for role in ROLES:
            exists = get_user_model().objects.filter(username=role).exists()
            if not exists and not first_start and role not in known:
                continue  # Somebody has deleted this user since the first start.
            shown: str | None = known.get(role, {}).get("password")
            if not exists:
                shown = self._create(role, users, shown)
            elif shown and not _are_kept() and not self._is_still_first(role, shown):
                shown = None
            users.append({"username": role, "password": shown if keeps_first_passwords() else None, "role": role})
        write_run_file(users)

    def _create(self, role: str, users: list[dict[str, str | None]], kept: str | None) -> str | None:
        """Create the user, and return the password that is shown, or None if the environment gives it."""
        if given := environment.text(f"GATEHOUSE_{role.upper()}_PASSWORD"):
            people_ensure(username=role, password=given, role=role)
            return given if _are_kept() else None
        password = kept or secrets.token_urlsafe(15)
        if keeps_first_passwords():
            # Store the password before it is valid. If the process dies in between, the next start reads it.
            write_run_file([*users, {"username": role, "password": password, "role": role}])
        else:
            self.stdout.write(f"gatehouse: the first password of {role}, shown only now: {password}")
        with transaction.atomic(using="default"):
            user, _ = people_ensure(username=role, password=password, role=role)
            if not _are_kept():
                password_given(user)
        return password

    def _is_still_first(self, role: str, shown: str) -> bool:
        """Return whether the shown password still opens the account; then another is due, also after an upgrade."""
        user = get_user_model().objects.get(username=role)
        if not user.check_password(shown):
            return False
        password_given(user)
        return True


def _are_kept() -> bool:
    return keeps_first_passwords() and bool(settings.GATEHOUSE_FIRST_PASSWORDS == "keep")

"""`manage.py prepare_console`: create the first users and write run.json."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from dashboard import environment
from dashboard.edge import keeps_first_passwords
from dashboard.people.services import people_ensure
from dashboard.stack.runfile import read_run_file, write_run_file

ROLES = ("admin", "analyst", "reviewer")


class Command(BaseCommand):
    """Create an admin, an analyst and a reviewer if there are no users yet, and write run.json.

    On the loopback address passwords are written to run.json before the user is created, so they are not lost if the
    process dies in between. Beyond it they are shown once and written nowhere.
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
            password: str | None = known.get(role, {}).get("password")
            if not exists:
                password = environment.text(f"GATEHOUSE_{role.upper()}_PASSWORD") or secrets.token_urlsafe(15)
                if keeps_first_passwords():
                    # Store the password before it is valid. If the process dies in between, the next start reads it.
                    write_run_file([*users, {"username": role, "password": password, "role": role}])
                elif not environment.text(f"GATEHOUSE_{role.upper()}_PASSWORD"):
                    self.stdout.write(f"gatehouse: the first password of {role}, shown only now: {password}")
                people_ensure(username=role, password=password, role=role)
            if not keeps_first_passwords():
                password = None
            users.append({"username": role, "password": password, "role": role})
        write_run_file(users)

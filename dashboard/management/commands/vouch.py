"""Vouch that an account is not in the hands of whoever made it."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.account_links.services import vouch
from dashboard.audit.actor import SYSTEM


class Command(BaseCommand):
    """`manage.py vouch NAME`: for a team whose only other admin made all accounts."""

    help = "Vouch that an account belongs to another person than the one who made it, so that both count in approvals."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the account."""
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Vouch, and say whether anything changed. Raise CommandError for an unknown name."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        if vouch(user=user, voucher=None, actor=SYSTEM):
            self.stdout.write(f"{user.username} counts as a person of their own in approvals.")
        else:
            self.stdout.write(f"{user.username} was a person of their own already.")

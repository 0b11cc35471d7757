"""`manage.py erase_person NAME`: erase a person from the audit trail."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboard.audit.chain.erasing import person_erase


class Command(BaseCommand):
    """Erase what names a person in the audit trail. What they did stays on record, and the chain still verifies."""

    help = "Erases a person's name, address and program from the audit trail. It can't be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="The user name, as the trail has it.")
        parser.add_argument("--why", required=True, help="The reason, which is recorded. Don't name the person in it.")
        parser.add_argument("--yes", action="store_true", help="Don't ask.")

    def handle(self, *_args: Any, **options: Any) -> None:
        name, why = options["name"].strip(), options["why"].strip()
        if not name or not why:
            raise CommandError("A name and a reason are needed.")
        if name.casefold() in why.casefold():
            raise CommandError("The reason names the person, and it stays in the trail.")
        if not options["yes"] and input(f"Erase {name} from the audit trail for good? Type the name: ") != name:
            raise CommandError("Nothing was erased.")
        count = person_erase(name, why=why, by=getpass.getuser())
        self.stdout.write(f"Erased from {count} entries.")

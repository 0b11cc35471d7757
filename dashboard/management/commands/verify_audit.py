"""`manage.py verify_audit`: check the hash chain of the audit trail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.audit.chain.verifying import verify


class Command(BaseCommand):
    """Check each entry against the chain. The exit status is 0 if all hold, 1 if one is broken."""

    help = "Checks the audit trail and names the first entry that was changed, taken away, put in or moved."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = verify()
        if found.broken is None:
            waiting = f", {found.waiting} not sealed yet" if found.waiting else ""
            cut = f", from place {found.cut + 1} on; retention has deleted what was before" if found.cut else ""
            self.stdout.write(f"The audit trail holds: {found.sealed} entries{waiting}{cut}.")
            return
        self.stderr.write(f"The audit trail is broken at {found.broken} ({found.sealed} entries before it hold).")
        sys.exit(1)

"""`manage.py document_roles`: write docs/roles.md from the table of rights."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.rights.document import document


class Command(BaseCommand):
    """Write the page. Nothing else is changed, and a second run writes the same."""

    help = "Writes docs/roles.md from the table of rights."

    def handle(self, *_args: Any, **_options: Any) -> None:
        (settings.BASE_DIR / "docs" / "roles.md").write_text(document())

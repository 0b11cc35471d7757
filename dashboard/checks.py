"""What Django checks before a command runs: that nobody else may read the state, and that it is whole."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from dashboard.backup.home_state import why_not_whole
from dashboard.private_state import why_open


@register()
def state_is_private(**_kwargs: Any) -> list[CheckMessage]:
    """Return an error if others may reach the state."""
    if why := why_open(settings.GATEHOUSE_HOME):
        return [Error(f"{why}.", hint="Run `manage.py secure_state`.", id="gatehouse.E001")]
    return []


@register()
def state_is_whole(**_kwargs: Any) -> list[CheckMessage]:
    """Return an error if a restore was interrupted."""
    return [Error(why, id="gatehouse.E002")] if (why := why_not_whole(settings.GATEHOUSE_HOME)) else []

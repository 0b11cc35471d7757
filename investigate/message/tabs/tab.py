"""Definition of a tab of a message: its name, the capability that it requires, and its loader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.audit.actions import AuditAction
from dashboard.audit.actor import Actor
from dashboard.roles import Capability
from investigate.display.message import DisplayedMessage

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab. `load` returns the context of the tab's template, with at most one API call.

    `look` is the audited action of opening it, or None if the tab shows no content or records its looks itself.
    """

    slug: str
    label: str
    capability: Capability
    load: Callable[[Actor, DisplayedMessage], Context]
    look: AuditAction | None = None

    @property
    def template(self) -> str:
        return f"investigate/message/tabs/_{self.slug}.html"

"""What a tab of a message is: its name, who may open it, and the function that loads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.audit.actor import Actor
from dashboard.roles import Capability
from investigate.display.message import ShownMessage

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `load` asks the API for what the tab shows, at most once, and returns the template's context."""

    slug: str
    label: str
    capability: Capability
    load: Callable[[Actor, ShownMessage], Context]

    @property
    def template(self) -> str:
        return f"investigate/message/tabs/_{self.slug}.html"

"""Actions on a single message: the URLs and choices that the action menus and forms need."""

from dataclasses import dataclass
from typing import Any

from dashboard.jobs.states import FOLDER_LABELS
from dashboard.verdicts import CHOICES, verdict_of
from investigate.display.message import DisplayedMessage
from investigate.message.pane_location import own_url, policy_url


@dataclass(frozen=True, slots=True)
class MessageActions:
    """A message with its available actions. `back` is the URL to return to after an action."""

    message: DisplayedMessage
    back: str

    @property
    def own_url(self) -> str:
        return own_url(self.message.id, is_report=bool(self.message.submission))

    @property
    def block_url(self) -> str:
        """Return the URL of the form to block the sender, which first shows the effect on past mail."""
        return policy_url("block", self.message)

    @property
    def allow_url(self) -> str:
        """Return the URL of the form to allow the sender, which first shows the effect on past mail."""
        return policy_url("allow", self.message)

    @property
    def folders(self) -> list[tuple[str, str]]:
        return list(FOLDER_LABELS.items())

    @property
    def dispositions(self) -> list[tuple[str, Any]]:
        """Return the dispositions that a reclassification can request, without those of the current verdict's kind."""
        options = [(choice.value, verdict_of(choice)) for choice in CHOICES]
        return [(value, verdict) for value, verdict in options if verdict.kind != self.message.verdict.kind]

"""What can be done to one message, from wherever it is shown."""

from dataclasses import dataclass
from typing import Any

from dashboard.jobs.states import FOLDER_LABELS
from dashboard.verdicts import CHOICES, verdict_of
from investigate.display.message import ShownMessage
from investigate.message.navigation import own_url, policy_url


@dataclass(frozen=True, slots=True)
class Acting:
    """One message and the page that an action leads back to."""

    message: ShownMessage
    back: str

    @property
    def own_url(self) -> str:
        return own_url(self.message.id, is_report=bool(self.message.submission))

    @property
    def block_url(self) -> str:
        """Where its sender is blocked, with what that would have done shown first."""
        return policy_url("block", self.message)

    @property
    def allow_url(self) -> str:
        """Where its sender is allowed, with what that would have let through shown first."""
        return policy_url("allow", self.message)

    @property
    def folders(self) -> list[tuple[str, str]]:
        return list(FOLDER_LABELS.items())

    @property
    def dispositions(self) -> list[tuple[str, Any]]:
        """What a reclassification can ask for, but for what the message is already."""
        options = [(choice.value, verdict_of(choice)) for choice in CHOICES]
        return [(value, verdict) for value, verdict in options if verdict.kind != self.message.verdict.kind]

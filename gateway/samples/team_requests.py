"""Actions of the fictitious security team after the sample mail has arrived: blocked senders and submissions."""

from dataclasses import dataclass
from typing import Final

# Senders that are blocked after their mail was delivered, and why.
BLOCKED_LATER: Final = (
    ("facilities@building-services.test", "Asked for card numbers in our name."),
    ("p.hale@brightvvater.example", "Look-alike of a supplier, changed bank details."),
)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """A sample for which the team requests another disposition.

    `escalates` is true if it escalates a user's report.
    """

    sample: str
    disposition: str
    escalates: bool = False


TEAM_REQUESTS: Final = (
    TeamRequest("facilities_outside", "MALICIOUS", escalates=True),
    TeamRequest("supplier_thread_hijack", "MALICIOUS"),
    TeamRequest("forwarding_links", "NONE"),
)

"""What the company's security team did after the sample mail had come."""

from dataclasses import dataclass
from typing import Final

# Senders that were blocked when their mail had been delivered already, and why.
BLOCKED_LATER: Final = (
    ("facilities@building-services.test", "Asked for card numbers in our name."),
    ("p.hale@brightvvater.example", "Look-alike of a supplier, changed bank details."),
)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """A sample that the team wants judged otherwise; `escalates` when it takes up what a user reported of it."""

    sample: str
    disposition: str
    escalates: bool = False


TEAM_REQUESTS: Final = (
    TeamRequest("facilities_outside", "MALICIOUS", escalates=True),
    TeamRequest("supplier_thread_hijack", "MALICIOUS"),
    TeamRequest("forwarding_links", "NONE"),
)

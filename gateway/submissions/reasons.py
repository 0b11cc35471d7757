"""Why a mail to a report address can't be used as a report: the `outcome` of an invalid submission.

Each has at most 64 characters, which is what the console keeps. Clients compare them: they are part of the API.
"""

from typing import Final

NOTHING_ATTACHED: Final = "no message is attached"
NOTHING_READ: Final = "the attached message could not be read"
NEEDS_PASSWORD: Final = "an attached file needs a password, so it was not opened"  # noqa: S105 - a sentence
TOO_MANY: Final = "more than 10 messages at once: the rest was not looked at"
NOT_FOUND: Final = "the forwarded message is not among the reporter's mail"
AMBIGUOUS: Final = "several messages fit what was forwarded"
CONTRADICTING: Final = "the forward quotes another sender than the message it names"
SIMULATION: Final = "a known phishing simulation"
"""Not a reason, but the `outcome` of the report of one."""

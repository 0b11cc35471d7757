"""Why a report can't be used, in the words for its sender: the API's reasons, and what to do about each."""

from __future__ import annotations

from typing import Final

NOTHING: Final = "nothing"
UNREADABLE: Final = "unreadable"
PASSWORD: Final = "password"  # noqa: S105 - the name of a reason
TOO_MANY: Final = "too_many"
NOT_FOUND: Final = "not_found"
OTHER: Final = "other"

_REASONS: Final = {
    "no message is attached": NOTHING,
    "the attached message could not be read": UNREADABLE,
    "an attached file needs a password, so it was not opened": PASSWORD,
    "more than 10 messages at once: the rest was not looked at": TOO_MANY,
    "the forwarded message is not among the reporter's mail": NOT_FOUND,
    "several messages fit what was forwarded": NOT_FOUND,
    "the forward quotes another sender than the message it names": NOT_FOUND,
}
"""The words of Gatehouse's gateway. Another API's are told in general."""


def reason_of(outcome: str) -> str:
    """Return the name by which the templates know the reason."""
    return _REASONS.get(outcome, OTHER)

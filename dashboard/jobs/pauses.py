"""Decides from an API error whether a job as a whole has to pause, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from api_client import ApiError, ConnectionFailed, RateLimited, StatusError

PAUSE_WITHOUT_RETRY_AFTER = 30.0
# These statuses concern the console's own credentials, so every other message would get the same answer.
ABOUT_THE_CONSOLE = {401, 403}
# The server answered, but did not process the request.
NOT_TAKEN_IN = {408, 425}


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a job has to pause. `seconds` is the time until it may continue, or None if it never may.

    `is_refusal` distinguishes a pause that the API asked for from an API that can't be reached. `after_work` says that
    some work succeeded before the error, so the error does not count as one more failure in a row.
    """

    seconds: float | None
    reason: str
    is_refusal: bool = False
    after_work: bool = False


def pause_of(error: ApiError) -> Pause | None:
    """Return the pause that an error requires, or None if the error concerns only the messages that were sent.

    An error that requires a pause means that the API did nothing.
    """
    if isinstance(error, RateLimited):
        wait = PAUSE_WITHOUT_RETRY_AFTER if error.retry_after is None else error.retry_after
        return Pause(wait, error.reason, is_refusal=True)
    if isinstance(error, ConnectionFailed) or (isinstance(error, StatusError) and error.status in NOT_TAKEN_IN):
        return Pause(0.0, error.reason)
    if isinstance(error, StatusError) and error.status in ABOUT_THE_CONSOLE:
        return Pause(None, error.reason)
    return None

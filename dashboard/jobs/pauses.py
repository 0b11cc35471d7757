"""Why a job has to pause: what an API error says about the job as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from api_client import ApiError, ConnectionFailed, RateLimited, StatusError

PAUSE_WITHOUT_RETRY_AFTER = 30.0
# Said about the console's own credentials, so every other message would hear the same.
ABOUT_THE_CONSOLE = {401, 403}
# The request did not get through, though an answer came.
NOT_TAKEN_IN = {408, 425}


@dataclass(frozen=True, slots=True)
class Holdup:
    """Why a job has to pause: `seconds` until it may go on, None when it never may.

    `is_refusal` sets a pause that the API asked for apart from an API that can't be reached. `after_work` says that
    something got through before it, so that it is not one more failure in a row.
    """

    seconds: float | None
    reason: str
    is_refusal: bool = False
    after_work: bool = False


def holdup_of(error: ApiError) -> Holdup | None:
    """Say whether an error is about the whole job rather than about the messages sent; nothing was done then."""
    if isinstance(error, RateLimited):
        wait = PAUSE_WITHOUT_RETRY_AFTER if error.retry_after is None else error.retry_after
        return Holdup(wait, error.reason, is_refusal=True)
    if isinstance(error, ConnectionFailed) or (isinstance(error, StatusError) and error.status in NOT_TAKEN_IN):
        return Holdup(0.0, error.reason)
    if isinstance(error, StatusError) and error.status in ABOUT_THE_CONSOLE:
        return Holdup(None, error.reason)
    return None

"""Convert API errors to problems: descriptions for users with the cause, and advice on what to do."""

import math
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

from api_client.errors import (
    ApiError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    ResponseInvalid,
    ServerError,
    StatusError,
    TimedOut,
    Unauthorized,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error for display: what happened, why, and what to do. `retry_after` is in seconds.

    `said` is the API's own message. It is untrusted and must be escaped.
    """

    status: int
    title: str
    cause: str
    advice: str
    can_retry: bool = True
    retry_after: float | None = None
    operation: str = ""
    said: str = ""


def problem_of(error: ApiError) -> Problem:
    """Return the problem that describes an error of the API client."""
    if isinstance(error, StatusError) and error.status == HTTPStatus.INSUFFICIENT_STORAGE:
        return _problem(error, 507, *_DISK_FULL)
    if error.outcome_unknown:
        return _problem(
            error,
            504,
            "Nobody knows yet whether that happened",
            "The request was sent, and its answer was lost on the way.",
            "Look at the message's activity before you try again: it may have been carried out.",
            can_retry=False,
        )
    for kind, describe in _DESCRIPTIONS.items():
        if isinstance(error, kind):
            status, title, cause, advice, can_retry = describe
            return _problem(error, status, title, cause, advice, can_retry=can_retry)
    status = error.status if isinstance(error, StatusError) and 400 <= error.status < 500 else 502
    return _problem(error, status, "The API said no", error.reason, "Try again, or tell an admin what you were doing.")


def _problem(error: ApiError, status: int, title: str, cause: str, advice: str, *, can_retry: bool = True) -> Problem:
    retry_after = error.retry_after if isinstance(error, StatusError) else None
    if isinstance(error, RateLimited) and retry_after is not None:
        advice = f"Wait {_seconds(retry_after)}, then try again. {advice}"
    return Problem(
        status=status,
        title=title,
        cause=cause,
        advice=advice,
        can_retry=can_retry,
        retry_after=retry_after,
        operation=_short(error.operation),
        said="; ".join(entry.message for entry in error.errors) if isinstance(error, StatusError) else error.reason,
    )


def _short(operation: str) -> str:
    """Return the operation without the base URL's path and the account, which all operations share."""
    method, _, path = operation.partition(" ")
    return f"{method} {path.rpartition('/email-security/')[2]}" if path else operation


def with_retry_after(response: HttpResponse, problem: Problem) -> HttpResponse:
    """Set the response's Retry-After header to that of the API, if there was one."""
    if problem.retry_after is not None:
        response["Retry-After"] = str(math.ceil(problem.retry_after))
    return response


def _seconds(seconds: float) -> str:
    whole = max(1, round(seconds))
    return "a second" if whole == 1 else f"{whole} seconds"


_DISK_FULL = (
    "The disk is full",
    "The gateway has no room to write.",
    "An admin has to free space; everything goes on by itself then. Look at what you acted on before you try again.",
)
# Descriptions by error class; the first match applies: (status, title, cause, advice, whether a retry can help).
_DESCRIPTIONS: dict[type[ApiError], tuple[int, str, str, str, bool]] = {
    NotFound: (
        404,
        "Not there",
        "The API knows nothing under this address for this account.",
        "The message may be older than the API keeps mail, or the link was cut short. Search for it instead.",
        False,
    ),
    RateLimited: (
        429,
        "The API asks for a pause",
        "The account has used up its requests for now. All of its tools share one limit.",
        "Nothing was changed.",
        True,
    ),
    Unauthorized: (
        502,
        "The API refused the console's key",
        "The token that the console signs in with is missing, wrong or expired.",
        "An admin can set a valid one in CLOUDFLARE_API_TOKEN. Nothing that you did is at fault.",
        True,
    ),
    Forbidden: (
        403,
        "The API does not allow this",
        "The console's token, or the account's plan, does not reach this far.",
        "An admin can check which permissions the token has.",
        True,
    ),
    BadRequest: (
        400,
        "The API did not understand the question",
        "Something in it is not what the API takes.",
        "Change what you asked for and try again.",
        False,
    ),
    Conflict: (
        409,
        "The message is not in a state that allows this",
        "Somebody else may have acted on it just before you.",
        "Reload the message and look at its activity.",
        True,
    ),
    ServerError: (
        502,
        "The API failed",
        "It answered with an error of its own.",
        "This often passes by itself: try again in a moment.",
        True,
    ),
    ResponseInvalid: (
        502,
        "The API's answer makes no sense",
        "What came back is not what the API's contract says, so nothing of it is shown.",
        "Check that CLOUDFLARE_BASE_URL points to the API itself, then try again.",
        True,
    ),
    TimedOut: (
        504,
        "The API took too long",
        "It did not answer within the time that the console waits.",
        "Try again, or narrow the search: a shorter range of dates is answered sooner.",
        True,
    ),
    ConnectionFailed: (
        502,
        "The API can't be reached",
        "No connection to it could be made. Nothing was changed.",
        "Try again in a moment; if it stays away, an admin can check the network and CLOUDFLARE_BASE_URL.",
        True,
    ),
}

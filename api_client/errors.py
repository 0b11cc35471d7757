"""What can go wrong when talking to the API, as one tree.

    ApiError
    ├── ConnectionFailed      no connection, or it broke; certain that nothing was changed
    ├── TimedOut              a read that took too long
    ├── OutcomeUnknown        a write whose answer was lost: it may have been carried out
    ├── ResponseInvalid       an answer that is not what the contract says
    └── StatusError           the API answered, and said no
        ├── BadRequest        400
        ├── Unauthorized      401
        ├── Forbidden         403
        ├── NotFound          404
        ├── Conflict          409
        ├── RateLimited       429, with retry_after
        └── ServerError       5xx

Every error has `outcome_unknown`: True when the request was a write and the server may have acted on it, so that
it must be read back before anyone repeats it.
"""

from __future__ import annotations

from collections.abc import Sequence

from api_client.models import ApiMessage


class ApiError(Exception):
    """Anything that kept an operation from giving its result.

    `operation` is "METHOD path"; `reason` is one sentence for people, without credentials in it.
    """

    def __init__(self, reason: str, *, operation: str = "", outcome_unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.operation = operation
        self.outcome_unknown = outcome_unknown

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}" if self.operation else self.reason


class ConnectionFailed(ApiError):
    """No connection could be made, or a read's connection broke; the server changed nothing."""


class TimedOut(ApiError):
    """A read, or the polling of a slow one, took longer than its limit."""


class OutcomeUnknown(ApiError):
    """A write was sent and its answer was lost, so whether the server acted is unknown."""

    def __init__(self, reason: str, *, operation: str = "") -> None:
        super().__init__(reason, operation=operation, outcome_unknown=True)


class ResponseInvalid(ApiError):
    """The answer is not the envelope, lacks a required field, or points to another place."""


class StatusError(ApiError):
    """The API answered with a status that is not a success, or with `success: false`.

    `errors` are the envelope's entries (code, message, documentation_url, pointer); empty when the answer was not
    an envelope. `retry_after` is in seconds, None where the server named none.
    """

    def __init__(
        self,
        *,
        status: int,
        errors: Sequence[ApiMessage] = (),
        operation: str = "",
        retry_after: float | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        said = "; ".join(entry.message for entry in errors if entry.message)
        super().__init__(
            f"{said} (HTTP {status})" if said else f"The API answered HTTP {status}.",
            operation=operation,
            outcome_unknown=outcome_unknown,
        )
        self.status = status
        self.errors = list(errors)
        self.retry_after = retry_after


class BadRequest(StatusError):
    """400: the request is not one that the API takes."""


class Unauthorized(StatusError):
    """401: no credentials, or not valid ones."""


class Forbidden(StatusError):
    """403: the credentials do not reach this far."""


class NotFound(StatusError):
    """404: no such object for this account."""


class Conflict(StatusError):
    """409: the object's state does not allow it."""


class RateLimited(StatusError):
    """429: too many requests; nothing was done. `retry_after` says when to come back."""


class ServerError(StatusError):
    """5xx: the server failed; after a write, whether it acted is unknown."""


STATUS_ERRORS: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
}


def status_error_class(status: int) -> type[StatusError]:
    """Give the class for an HTTP status; StatusError itself where it has none of its own."""
    if 500 <= status <= 599:
        return ServerError
    return STATUS_ERRORS.get(status, StatusError)

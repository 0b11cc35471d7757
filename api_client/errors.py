"""Exceptions of the API client.

    ApiError
    ├── ConnectionFailed      no connection, or it broke during a read; nothing was changed
    ├── TimedOut              a read took too long
    ├── OutcomeUnknown        a write whose response was lost: it may have been executed
    ├── ResponseInvalid       a response that violates the API's contract
    ├── FilterIgnored         a search whose answer doesn't say that a filter was applied
    └── StatusError           the API responded with an error
        ├── BadRequest        400
        ├── Unauthorized      401
        ├── Forbidden         403
        ├── NotFound          404
        ├── Conflict          409
        ├── RateLimited       429, with retry_after
        └── ServerError       5xx

Every error has `outcome_unknown`. It is True if the request was a write that the server may have executed. Then read
the object back before you repeat the write.
"""

from __future__ import annotations

from collections.abc import Sequence

from api_client.models import ApiMessage


class ApiError(Exception):
    """Base class of all errors that operations raise.

    `operation` is "METHOD path". `reason` is one readable sentence without credentials.
    """

    def __init__(self, reason: str, *, operation: str = "", outcome_unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.operation = operation
        self.outcome_unknown = outcome_unknown

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}" if self.operation else self.reason


class ConnectionFailed(ApiError):
    """No connection could be made, or it broke during a read. The server changed nothing."""


class TimedOut(ApiError):
    """A read, or the polling for the result of a slow read, took longer than its limit."""


class OutcomeUnknown(ApiError):
    """A write was sent and its response was lost, so it is unknown whether the server executed it."""

    def __init__(self, reason: str, *, operation: str = "") -> None:
        super().__init__(reason, operation=operation, outcome_unknown=True)


class ResponseInvalid(ApiError):
    """The response is not an envelope, lacks a required field, or points to a URL outside the client's scope."""


class FilterIgnored(ApiError):
    """The API doesn't say that it applied a filter that its contract doesn't have. Its rows are not returned."""


class StatusError(ApiError):
    """The API responded with a status that is not a success, or with `success: false`.

    `errors` are the envelope's entries (code, message, documentation_url, pointer). It is empty if the response was
    not an envelope. `retry_after` is in seconds, or None if the server sent none.
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
    """400: the request is invalid."""


class Unauthorized(StatusError):
    """401: the credentials are missing or invalid."""


class Forbidden(StatusError):
    """403: the credentials do not permit this operation."""


class NotFound(StatusError):
    """404: the account has no such object."""


class Conflict(StatusError):
    """409: the object's state does not allow the operation."""


class RateLimited(StatusError):
    """429: too many requests; nothing was done. `retry_after` is the time to wait before a retry."""


class ServerError(StatusError):
    """5xx: the server failed. After a write, it is unknown whether the server executed it."""


STATUS_ERRORS: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
}


def status_error_class(status: int) -> type[StatusError]:
    """Return the error class for an HTTP status, or StatusError if the status has no class of its own."""
    if 500 <= status <= 599:
        return ServerError
    return STATUS_ERRORS.get(status, StatusError)

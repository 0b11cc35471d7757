"""API errors: error codes, and the exception that becomes an error in the envelope."""

from dataclasses import dataclass, field

NO_ROUTE = 7000
METHOD = 10405
AUTHENTICATION = 10000
SCOPE = 9109
BAD_REQUEST = 1001
BAD_BODY = 1002
NOT_FOUND = 1004
CLOSED = 1005
TOO_LARGE = 1006
CONFLICT = 1007
APPROVAL = 1008
RATE_LIMITED = 10429
UNAVAILABLE = 1503
INTERNAL = 1500
DISK_FULL = 1507


@dataclass(slots=True)
class Problem(Exception):
    """An error response: HTTP status, the envelope's code and message, and the place in the request, if there is one.

    `pointer` is a JSON pointer into the body, or the name of a query parameter.
    """

    status: int
    code: int
    message: str
    pointer: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def not_found(what: str, pointer: str | None = None) -> Problem:
    """Return the 404 for an object that does not exist or belongs to another account."""
    return Problem(404, NOT_FOUND, f"{what} not found", pointer)


def bad_parameter(name: str, why: str) -> Problem:
    """Return the 400 for an invalid query parameter."""
    return Problem(400, BAD_REQUEST, f"{name}: {why}", name)

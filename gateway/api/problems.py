"""Why a request is refused: what becomes an error in the envelope."""

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
RATE_LIMITED = 10429
UNAVAILABLE = 1503
INTERNAL = 1500


@dataclass(slots=True)
class Problem(Exception):
    """A refusal with its HTTP status, the envelope's code and message, and the place in the request, if there is one.

    `pointer` is a JSON pointer into the body, or a parameter's name.
    """

    status: int
    code: int
    message: str
    pointer: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def not_found(what: str, pointer: str | None = None) -> Problem:
    """Return the refusal for something that isn't there, or isn't this account's."""
    return Problem(404, NOT_FOUND, f"{what} not found", pointer)


def bad_parameter(name: str, why: str) -> Problem:
    """Return the refusal for a query parameter."""
    return Problem(400, BAD_REQUEST, f"{name}: {why}", name)

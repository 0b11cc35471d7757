"""A typed client for the Cloudflare Email Security API."""

from api_client.client import Client
from api_client.errors import (
    ApiError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    FilterIgnored,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ResponseInvalid,
    ServerError,
    StatusError,
    TimedOut,
    Unauthorized,
)
from api_client.not_given import NOT_GIVEN, NotGiven
from api_client.pagination import CursorPage, NumberedPage, each_by_cursor, each_by_number
from api_client.rate_limit import RateLimit
from api_client.resources import BatchResult
from api_client.response_body import Limits
from api_client.retry import NEVER, RetryPolicy

__all__ = [
    "NEVER",
    "NOT_GIVEN",
    "ApiError",
    "BadRequest",
    "BatchResult",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "CursorPage",
    "FilterIgnored",
    "Forbidden",
    "Limits",
    "NotFound",
    "NotGiven",
    "NumberedPage",
    "OutcomeUnknown",
    "RateLimit",
    "RateLimited",
    "ResponseInvalid",
    "RetryPolicy",
    "ServerError",
    "StatusError",
    "TimedOut",
    "Unauthorized",
    "each_by_cursor",
    "each_by_number",
]

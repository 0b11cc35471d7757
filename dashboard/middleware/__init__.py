"""Django middleware of the console."""

from dashboard.middleware.api_error import ApiErrorMiddleware
from dashboard.middleware.body_size import BodySizeMiddleware
from dashboard.middleware.edge_headers import EdgeHeadersMiddleware
from dashboard.middleware.just_acted import JustActedMiddleware
from dashboard.middleware.metrics import MetricsMiddleware
from dashboard.middleware.request_id import RequestIdMiddleware
from dashboard.middleware.timezone import TimezoneMiddleware
from dashboard.middleware.trusted_proxies import TrustedProxiesMiddleware

__all__ = [
    "ApiErrorMiddleware",
    "BodySizeMiddleware",
    "EdgeHeadersMiddleware",
    "JustActedMiddleware",
    "MetricsMiddleware",
    "RequestIdMiddleware",
    "TimezoneMiddleware",
    "TrustedProxiesMiddleware",
]

"""Middleware: headers that the whole of console and API answers with."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

NO_STORE: Final = "no-store"
# Passkeys and the clipboard are used; the rest of what a page could ask for is not.
PERMISSIONS: Final = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
        *("fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
        *("microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb"),
        "xr-spatial-tracking",
    )
)


class EdgeHeadersMiddleware:
    """Keep answers out of every cache, and out of other sites' pages. Hashed static files alone may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_static = request.path_info.startswith(settings.STATIC_URL)
        if not is_static and NO_STORE not in response.get("Cache-Control", ""):
            response["Cache-Control"] = NO_STORE
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

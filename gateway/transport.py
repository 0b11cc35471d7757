"""In-process API transport: an httpx transport that calls the gateway in the same process and thread.

Requests go directly to `gateway.api.dispatch`, without Django's handler and middleware. So the caller's database
connections, script prefix and URL configuration are unchanged, and no request signals are sent. The dispatched path
is the part of the URL after `/client/v4`.
"""

import io
from collections.abc import Iterable
from typing import Any, cast

import httpx
from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase

from gateway.api.callers import IN_PROCESS
from gateway.api.dispatch import dispatch

_MOUNT = "/client/v4"


class InProcessTransport(httpx.BaseTransport):
    """httpx transport that answers every request from the embedded gateway."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        path = httpx.URL(request.url).path
        inner = WSGIRequest(_environ(request, body, path))
        answer = dispatch(inner, path.removeprefix(_MOUNT))
        try:
            content = b"".join(_chunks(answer))
        finally:
            # Not response.close(), which would send `request_finished` for a request that never started.
            for close in getattr(answer, "_resource_closers", []):
                close()
        return httpx.Response(answer.status_code, headers=list(answer.items()), content=content, request=request)


def _chunks(answer: HttpResponseBase) -> Iterable[bytes]:
    # A response is iterable, whether it is sent at once or in parts. Its base class does not say so.
    return cast("Iterable[bytes]", answer)


def _environ(request: httpx.Request, body: bytes, path: str) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": request.url.query.decode("ascii"),
        "SERVER_NAME": "gateway.invalid",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        IN_PROCESS: True,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            environ[f"HTTP_{key}"] = value
    return environ

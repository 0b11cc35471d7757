"""URLs of the embedded gateway's API, OpenAPI document and API reference, below /client/v4."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt

from gateway.api.dispatch import dispatch
from gateway.api.openapi import document
from gateway.api.reference import groups


# The API reads credentials from headers only and never from the session cookie, so CSRF is not possible.
@csrf_exempt
def api(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Return the response to one API call."""
    return dispatch(request, f"/{rest}")


def openapi(request: HttpRequest) -> JsonResponse:
    """Return the gateway's own OpenAPI document."""
    return JsonResponse(document(_server(request)))


def reference(request: HttpRequest) -> HttpResponse:
    """Render the API reference: all operations that the gateway serves."""
    return render(request, "gateway/reference.html", {"groups": groups(), "server": _server(request)})


def _server(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("gateway-openapi")).removesuffix("/openapi.json")


urlpatterns = [
    path("openapi.json", openapi, name="gateway-openapi"),
    path("docs/", reference, name="gateway-reference"),
    # Any other path, even one with a line break, gets a response in the envelope.
    re_path(r"^(?P<rest>(?s:.*))\Z", api, name="gateway-api"),
]

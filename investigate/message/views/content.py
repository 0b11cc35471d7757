"""Views that send the content of a message as files: the preview image and the raw source."""

import re
from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from api_client.models import RawDownload
from dashboard.audit.actor import actor_of
from dashboard.jobs.pages.permission import viewer
from dashboard.middleware.api_error import render_problem
from dashboard.problems import Problem
from dashboard.requests import ConsoleRequest
from investigate.message.content_access import PreviewPending, preview_view, raw_download
from investigate.message.content_reasons import needs_reason
from investigate.message.encrypted_archive import archived
from investigate.message.pane_location import REPORT, own_url
from investigate.message.preview_rate import seconds_to_wait

_TOO_MANY = Problem(
    status=429,
    title="That were many pictures in a minute",
    cause="Each person may have so many pictures drawn in a minute, so that the renderer serves everybody.",
    advice="Wait a little, then try again.",
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@require_safe
def preview_png(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Send the preview image of the message. 202 with Retry-After while it is being drawn."""
    if needs_reason(request, message_id):
        return _ask_reason(request, message_id, "preview")
    wait = seconds_to_wait(viewer(request).pk)
    if wait:
        return _guarded(render_problem(request, replace(_TOO_MANY, retry_after=wait)))
    try:
        png = preview_view(actor=actor_of(request), message_id=message_id, is_report=REPORT in request.GET)
    except PreviewPending as pending:
        later = HttpResponse("The picture is being drawn.", content_type="text/plain", status=202)
        later["Retry-After"] = str(pending.seconds)
        return _guarded(later)
    response = HttpResponse(png, content_type="image/png")
    return _guarded(response)


@require_safe
def raw_eml(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Send the source as a download. The file name says so if the API does not provide the original bytes."""
    if needs_reason(request, message_id):
        return _ask_reason(request, message_id, "raw")
    download = raw_download(actor=actor_of(request), message_id=message_id, is_report=REPORT in request.GET)
    return _attached(download.content, f"{_file_name(message_id)}{_suffix(download)}")


@require_safe
def raw_zip(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Send the source in an encrypted archive, which scanners can't open. The password is shown on the page."""
    if needs_reason(request, message_id):
        return _ask_reason(request, message_id, "raw")
    download = raw_download(actor=actor_of(request), message_id=message_id, is_report=REPORT in request.GET)
    name = _file_name(message_id)
    return _attached(archived(download.content, f"{name}{_suffix(download)}"), f"{name}.zip")


def _ask_reason(request: ConsoleRequest, message_id: str, tab: str) -> HttpResponse:
    """Redirect to the tab, which asks for the reason."""
    return HttpResponseRedirect(own_url(message_id, tab, is_report=REPORT in request.GET))


def _file_name(message_id: str) -> str:
    return _UNSAFE.sub("-", message_id).strip("-.") or "message"


def _suffix(download: RawDownload) -> str:
    return ".eml" if download.exact else ".as-the-api-gives-it.eml"


def _attached(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    """Add headers against content sniffing, caching and active content, since the content comes from mail."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

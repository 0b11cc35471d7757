"""The page of an error that nothing else handles. If it comes from a full disk, the page says so and what to do."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error as djangos_page

from disk_space import is_disk_full


def server_error(request: HttpRequest) -> HttpResponse:
    """Render the page with status 500, or 507 if the disk is full. Neither reads the session, nor writes anything."""
    if not is_disk_full(sys.exc_info()[1]):
        return djangos_page(request)
    return HttpResponse(render(None, "507.html").content, status=507, headers={"Retry-After": "60"})

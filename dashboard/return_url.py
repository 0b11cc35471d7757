"""Validates the URL that a form returns to: it is always a page of this console, so there are no open redirects."""

from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.requests import ConsoleRequest


def return_url(request: ConsoleRequest, *, default: str, candidate: str | None = None) -> str:
    """Return the URL that the form posts as `next`, if it is a page of this console, else `default`.

    `candidate` replaces the posted URL. A URL of another host is never returned, nor an http URL if the request came
    over https. So a form can't be made to redirect to another site.
    """
    wanted = str(request.POST.get("next", "")) if candidate is None else candidate
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_ours else default

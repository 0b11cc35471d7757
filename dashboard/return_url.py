"""The page that a form leads back to: only ever a page of this console."""

from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.requests import ConsoleRequest


def return_url(request: ConsoleRequest, *, default: str, candidate: str | None = None) -> str:
    """Return the URL that the form posts as `next`, if it is one of this console's, else `default`.

    `candidate` replaces the posted URL. An address of another host, or of http where the page came over https, is
    never returned, so that a form can't be made to redirect elsewhere.
    """
    wanted = str(request.POST.get("next", "")) if candidate is None else candidate
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_ours else default

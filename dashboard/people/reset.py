"""Password reset by mail, which exists only where mail can be sent."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

View = Callable[..., HttpResponseBase]


def only_with_mail(view: View) -> View:
    """Return a view that without a mail server says to ask an admin, and neither makes nor accepts a link.

    The status is 200, since the path of an error, with what is in it, gets into the log.
    """

    @wraps(view)
    def reset(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.GATEHOUSE_SENDS_MAIL or settings.GATEHOUSE_OIDC_ONLY:
            return render(request, "account/password_reset_off.html")
        return view(request, *args, **kwargs)

    return reset

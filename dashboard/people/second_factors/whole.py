"""Changes of second factors are whole: the factor, what goes with it, and the entry in the audit trail, or nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def whole(view: View) -> View:
    """Return allauth's view with what it writes in one transaction. A page that only shows takes none."""

    @wraps(view)
    def changed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return changed

"""The view that leads from any message, report or selection to what can be done about it, with one key."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from api_client import NotFound
from dashboard.jobs.pages.permission import may_act, safe_page
from dashboard.jobs.pages.selections import preview_url
from dashboard.jobs.sensible import Choice
from dashboard.requests import ConsoleRequest
from investigate.dealing.forms import DealForm
from investigate.dealing.services import prepare_message, prepare_picked


@require_POST
def deal(request: ConsoleRequest) -> HttpResponse:
    """Select what was pointed at, and redirect to the sheet that says what would happen and carries it out.

    POST to /investigate/deal/. `ids` is repeated. With one id, `scope` is `copies` (the default: all copies of that
    mail) or `one`. `next` is the page to go back to. Raises ApiError if the one message can't be read.
    """
    back = safe_page(request, request.POST.get("next") or request.headers.get("Referer") or "")
    form = DealForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Nothing was selected, so there is nothing to do.")
        return _lead(request, back)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    ids = form.cleaned_data["ids"]
    try:
        if len(ids) == 1:
            with_copies = form.cleaned_data["scope"] != "one"
            prepared = prepare_message(ids[0], user=request.user, with_copies=with_copies)
        else:
            prepared = prepare_picked(ids, user=request.user)
    except NotFound:
        messages.warning(request, "The message is not there any more.")
        return _lead(request, back)
    choice = prepared.choice if may_act(request, prepared.choice.action) else Choice()
    about = {"about": ids[0]} if len(ids) == 1 and form.cleaned_data["scope"] != "one" else {}
    return _lead(
        request,
        preview_url(
            prepared.selection,
            sheet="1",
            action=choice.action,
            destination=choice.destination,
            reason=prepared.reason,
            next=back,
            **about,
        ),
    )


def _lead(request: ConsoleRequest, target: str) -> HttpResponse:
    target = target or reverse("investigate:search")
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)

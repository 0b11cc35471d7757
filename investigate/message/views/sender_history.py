"""View for what is known of a sender, which a message's Summary asks for after it is displayed."""

import logging

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api_client import ApiError
from dashboard.problems import problem_of
from dashboard.requests import ConsoleRequest
from investigate.message.sender_history import sender_history as history_of

logger = logging.getLogger(__name__)


class SenderForm(forms.Form):
    """The sender's address, and the time before which its mail counts."""

    sender = forms.CharField(max_length=320)
    before = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])


@require_safe
@never_cache
def sender_history(request: ConsoleRequest) -> HttpResponse:
    """Return the fragment with the sender's earlier mail: one search.

    :raises BadRequest: no sender and no time are named.
    """
    form = SenderForm(request.GET)
    if not form.is_valid():
        raise BadRequest("a sender and a time have to be named")
    try:
        found, problem = history_of(form.cleaned_data["sender"], form.cleaned_data["before"]), None
    except ApiError as error:
        logger.warning("The history of a sender could not be had: %r", str(error))
        found, problem = None, problem_of(error)
    context = {"history": found, "problem": problem}
    status = problem.status if problem else 200
    return render(request, "investigate/message/_sender_history.html", context, status=status)

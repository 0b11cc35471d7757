"""View that takes the reason for looking at the content of a message."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.message.content_reasons import ReasonForm, reason_give
from investigate.message.pane_location import return_to_message


@require_POST
def reason(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Take the reason, and redirect back to the tab that asked for it."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason_give(request, actor=actor_of(request), message_id=message_id, reason=form.cleaned_data["reason"])
    else:
        messages.error(request, "Say in a few words, five characters at least, why you look at this message.")
    return HttpResponseRedirect(return_to_message(request, message_id))

"""Views that add a note to a message and assign it to a user."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.annotations.forms import AssignForm, NoteForm
from investigate.annotations.services import message_assign, note_add
from investigate.message.pane_location import return_to_message


@require_POST
def note(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Add a note, and redirect back to the message."""
    form = NoteForm(request.POST)
    if form.is_valid():
        note_add(actor=actor_of(request), message_id=message_id, text=form.cleaned_data["text"])
        messages.success(request, "Noted.")
    else:
        messages.error(request, "A note needs some text, 4,000 characters at most.")
    return HttpResponseRedirect(return_to_message(request, message_id))


@require_POST
def assign(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Set or remove the assignee, and redirect back to the message."""
    form = AssignForm(request.POST)
    if form.is_valid():
        person = form.cleaned_data["assignee"]
        message_assign(actor=actor_of(request), message_id=message_id, assignee=person)
        messages.success(
            request, f"{person.get_username()} takes care of it." if person else "Nobody takes care of it."
        )
    else:
        messages.error(request, "Choose somebody of the team.")
    return HttpResponseRedirect(return_to_message(request, message_id))

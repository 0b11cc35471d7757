"""Views that tag a message, and take a tag off it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.annotations.forms import TagForm
from investigate.annotations.services import message_tag, message_untag
from investigate.message.pane_location import return_to_message


@require_POST
def tag(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Tag the message, and redirect back to it."""
    form = TagForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["tag"]
        is_new = message_tag(actor=actor_of(request), message_id=message_id, tag=name)
        messages.success(request, f"Tagged {name}." if is_new else f"It has the tag {name} already.")
    else:
        messages.error(request, str(form.errors["tag"][0]))
    return HttpResponseRedirect(return_to_message(request, message_id))


@require_POST
def untag(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Take the tag off the message, and redirect back to it."""
    form = TagForm(request.POST)
    if form.is_valid() and message_untag(actor=actor_of(request), message_id=message_id, tag=form.cleaned_data["tag"]):
        messages.success(request, f"The tag {form.cleaned_data['tag']} is off it.")
    else:
        messages.warning(request, "It does not have that tag.")
    return HttpResponseRedirect(return_to_message(request, message_id))

"""View of the actions on a message without opening it, as a page and as a dialog over a list."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.annotations.selectors import assignee_of, known_tags, notes_of, people_to_assign, tags_of
from investigate.message.actions import MessageActions
from investigate.message.pane_location import is_about_report, own_url, policy_url
from investigate.message.selectors import message_get


@require_safe
@never_cache
def act(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Show the actions that the user's role allows on the message in its current state. No content is shown."""
    found = message_get(message_id, is_report=is_about_report(request))
    here = (request.htmx.current_url_abs_path or "") if wants_fragment(request) else ""
    context = {
        "acting": MessageActions(found, back=here or own_url(found.id, is_report=bool(found.submission))),
        "assignee": assignee_of(found.id),
        "people": people_to_assign(),
        "notes": len(notes_of(found.id)),
        "tags": tags_of(found.id),
        "known_tags": known_tags(),
    }
    return render(
        request,
        "investigate/message/_actions.html" if wants_fragment(request) else "investigate/message/actions.html",
        context,
    )


@require_safe
@never_cache
def block(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Redirect to the form that blocks the sender of the message. Lists link here: no row repeats the values."""
    return HttpResponseRedirect(policy_url("block", message_get(message_id, is_report=is_about_report(request))))

"""Views of one's own sessions: where one is signed in, and how to end that."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.people.sessions import own_session_end, own_sessions_end, sessions_of
from dashboard.requests import ConsoleRequest


def _viewer(request: ConsoleRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    return request.user


@require_safe
@never_cache
def sessions(request: ConsoleRequest) -> HttpResponse:
    """List the viewer's own open sessions."""
    found = sessions_of(_viewer(request), this_key=request.session.session_key)
    return render(request, "people/sessions.html", {"sessions": found})


@require_POST
def end_one(request: ConsoleRequest, session_id: int) -> HttpResponse:
    """End one of the viewer's sessions."""
    if own_session_end(actor=actor_of(request), user=_viewer(request), session_id=session_id):
        messages.success(request, "The session is over.")
    else:
        messages.info(request, "That session was over already.")
    return redirect("people:sessions")


@require_POST
def end_others(request: ConsoleRequest) -> HttpResponse:
    """End all of the viewer's sessions but this one."""
    ended = own_sessions_end(actor=actor_of(request), user=_viewer(request), but_key=request.session.session_key)
    messages.success(request, f"{ended} other session{'' if ended == 1 else 's'} ended.")
    return redirect("people:sessions")

"""Pages for recipients: ask for a held message, and confirm that one asked. Neither shows any content of mail."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.digests.browsers import is_confirmed, remember
from investigate.digests.door import over_page, page, recipients_page
from investigate.digests.links import LinkOver, read_item
from investigate.digests.mail import line_of
from investigate.digests.models import HeldCopy
from investigate.digests.rows import mine
from investigate.digests.rules import language_of, may_be_asked_for, rules_now
from investigate.digests.selectors import copy_of
from investigate.release_requests.asking import (
    NotAllowed,
    NotHeld,
    TooMany,
    latest_request,
    request_confirm,
    request_open,
)
from investigate.release_requests.links import read_confirm
from investigate.release_requests.models import Kind, ReleaseRequest


@recipients_page
def ask(request: ConsoleRequest, token: str) -> HttpResponse:
    """Show what may be asked of a held message and what came of it, or open the request that the form names."""
    copy = copy_of(*read_item(token))
    if copy is None:
        raise LinkOver
    if request.method != "POST":
        return _ask_page(request, copy)
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        return _ask_page(request, copy, status=422)
    try:
        request_open(kind=kind, copy=copy, actor=actor_of(request), is_confirmed=is_confirmed(request, copy.person_id))
    except TooMany:
        return _ask_page(request, copy, trouble="many", status=429)
    except (NotAllowed, NotHeld):
        return _ask_page(request, copy, status=409)
    return redirect("release_requests:ask", token)


def _ask_page(request: ConsoleRequest, copy: HeldCopy, *, trouble: str = "", status: int = 200) -> HttpResponse:
    person = copy.person
    rule = rules_now().of(person.domain)
    context = {
        "person": person.address,
        "line": line_of(copy, person, rule),
        "release": latest_request(Kind.RELEASE, copy),
        "block": latest_request(Kind.BLOCK, copy),
        "is_held": copy.is_held,
        "is_on": rule is not None,
        "may_ask": may_be_asked_for(copy.disposition, rule),
        "is_confirmed": is_confirmed(request, person.pk),
        "trouble": trouble,
    }
    return page(request, "ask", language_of(person, rule), context, status)


@recipients_page
def confirm(request: ConsoleRequest, token: str) -> HttpResponse:
    """Show the request that the mailed link names, or confirm it: then the team sees it.

    The browser is remembered as the recipient's, so that the next request needs no other mail.
    """
    found = mine(ReleaseRequest).select_related("copy__person", "person").filter(pk=read_confirm(token)).first()
    if found is None or found.copy is None or found.person_id is None:
        raise LinkOver
    if request.method != "POST":
        context = {"person": found.recipient, "asked": found, "line": line_of(found.copy, found.copy.person, None)}
        return page(request, "confirm", found.language, context)
    try:
        request_confirm(request=found, actor=actor_of(request))
    except (NotAllowed, NotHeld):
        return over_page(request, "gone", 409)
    response: HttpResponseRedirect = redirect("release_requests:confirm", token)
    remember(request, response, found.person_id)
    return response

"""Pages for recipients: what is held for them, and how often they are told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from dashboard.audit.actor import actor_of
from dashboard.people.preferences import zone_names
from dashboard.requests import ConsoleRequest
from investigate.digests.door import page, recipients_page
from investigate.digests.forms import ChoiceForm
from investigate.digests.links import LinkOver, choice_url, read_choice, read_list
from investigate.digests.mail import line_of
from investigate.digests.models import Person
from investigate.digests.rules import language_of, rules_now
from investigate.digests.selectors import held_page, person_of
from investigate.digests.services import choice_save


@recipients_page
def held(request: ConsoleRequest, token: str) -> HttpResponse:
    """List what is held for the person that the link names. `page` counts from 1."""
    person = _person(read_list(token))
    rule = rules_now().of(person.domain)
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 5 and int(asked) else 1
    copies, more = held_page(person, number=number)
    context = {
        "person": person.address,
        "lines": [line_of(copy, person, rule) for copy in copies],
        "number": number,
        "more": more,
        "choice_url": choice_url(person.pk),
    }
    response = page(request, "held", language_of(person, rule), context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@recipients_page
def choice(request: ConsoleRequest, token: str) -> HttpResponse:
    """Show what the person chose, or change it. The person is told of a change by mail."""
    person = _person(read_choice(token))
    rule = rules_now().of(person.domain)
    form = ChoiceForm(request.POST) if request.method == "POST" else ChoiceForm.of(person)
    if request.method == "POST" and form.is_valid():
        choice_save(actor=actor_of(request), person=person, **form.cleaned_data)
        return redirect(f"{reverse('digests:choice', args=[token])}?saved=1", permanent=False)
    context = {
        "person": person.address,
        "chosen": {name: form[name].value() or "" for name in form.fields},
        "zones": zone_names(),
        "rule": rule,
        "saved": "saved" in request.GET,
    }
    return page(request, "choice", language_of(person, rule), context, 422 if form.errors else 200)


def _person(person_id: int) -> Person:
    found = person_of(person_id)
    if found is None:
        raise LinkOver
    return found

"""Page of the settings of answers to reporters."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.audit.actor import actor_of
from dashboard.backend import api_client_for_console
from dashboard.requests import ConsoleRequest
from investigate.reporter_answers.forms import AnswerSettingsForm
from investigate.reporter_answers.protected_domains import protected_domains
from investigate.reporter_answers.selectors import answer_settings, answers_all, domains_on
from investigate.reporter_answers.services import settings_save

LAST = 20


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: ConsoleRequest) -> HttpResponse:
    """Show and change which domains' people get answers, in which language, how late and how many."""
    domains = protected_domains(api_client_for_console())
    row, on = answer_settings(), list(domains_on())
    if request.method == "POST":
        form = AnswerSettingsForm(request.POST, domains=domains)
        if form.is_valid():
            changed = settings_save(form.wanted(), known=set(domains), actor=actor_of(request))
            messages.success(request, "Saved." if changed else "Nothing was changed.")
            return redirect("reporter_answers:settings")
    else:
        form = AnswerSettingsForm.of(row, on, domains)
    context = {
        "form": form,
        "settings_row": row,
        "on": [one.domain for one in on],
        "gone": [one.domain for one in on if one.domain not in domains],
        "sends_mail": settings.GATEHOUSE_SENDS_MAIL,
        "last": list(answers_all().order_by("-at", "-id")[:LAST]),
    }
    return render(request, "investigate/reporter_answers/settings.html", context, status=422 if form.errors else 200)

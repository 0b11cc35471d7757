"""Views of the settings: which domains' people get digests, when, and of what."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.digests.forms import RuleForm
from investigate.digests.models import DigestRule
from investigate.digests.reading import domains_read
from investigate.digests.rules import reading_of
from investigate.digests.selectors import domain_rows, figures, reading_state, rule_of
from investigate.digests.services import NoAddress, digest_test, rule_delete, rule_save
from investigate.digests.states import ANY_DOMAIN


@require_safe
def overview(request: ConsoleRequest) -> HttpResponse:
    """List the protected domains with their rules, and how far held mail was read.

    The domains are asked for if they never were.
    """
    if reading_of().domains_tried_at is None:
        domains_read()
    context = {
        "rows": domain_rows(),
        "state": reading_state(),
        "figures": figures(),
        "any_on": any(row.rule and row.rule.is_on for row in domain_rows()),
        "days": settings.GATEHOUSE_DIGEST_DAYS,
        "sends_mail": settings.GATEHOUSE_SENDS_MAIL,
    }
    return render(request, "investigate/digests/settings.html", context)


@require_POST
def domains(request: ConsoleRequest) -> HttpResponse:
    """Ask the API for the protected domains now."""
    if domains_read():
        messages.success(request, "The protected domains were read.")
    else:
        messages.error(request, "The protected domains could not be read: see below.")
    return redirect("digests:settings")


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: ConsoleRequest, domain: str) -> HttpResponse:
    """Show the rule of a domain, or set it."""
    found = _known(domain)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm.of(found)
    if request.method == "POST" and form.is_valid():
        rule_save(actor=actor_of(request), domain=domain, values=form.cleaned_data)
        messages.success(request, "Saved. It holds from the next digest on.")
        return redirect("digests:settings")
    context = {"form": form, "domain": domain, "rule": found, "is_any": domain == ANY_DOMAIN}
    return render(request, "investigate/digests/rule.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: ConsoleRequest, domain: str) -> HttpResponse:
    """Delete the rule of a domain."""
    found = _known(domain)
    if found is not None:
        rule_delete(actor=actor_of(request), rule=found)
        messages.success(request, "The rule is deleted.")
    return redirect("digests:settings")


@require_POST
def test(request: ConsoleRequest, domain: str) -> HttpResponse:
    """Send the person who asks a digest of made-up mail, by the saved rule."""
    found = _known(domain)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    if found is None:
        messages.warning(request, "Save the rule first.")
    elif not settings.GATEHOUSE_SENDS_MAIL:
        messages.error(request, "No mail server is set: see EMAIL_URL in the settings.")
    else:
        try:
            address = digest_test(actor=actor_of(request), user=request.user, rule=found)
        except NoAddress:
            messages.error(request, "Your account has no e-mail address. Add one on the page of your account.")
        else:
            messages.success(request, f"A digest of made-up mail is on its way to {address}.")
    return redirect("digests:rule", domain)


def _known(domain: str) -> DigestRule | None:
    """Return the rule of a domain. Raise Http404 if it is neither protected nor has a rule."""
    found = rule_of(domain)
    if found is None and domain != ANY_DOMAIN and domain not in reading_of().domains:
        raise Http404("There is no such protected domain.")
    return found

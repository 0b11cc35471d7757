"""Views of the account page: the signed-in user and their display preferences."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.people.forms import DisplayForm, EmailForm, ThemeForm
from dashboard.people.preferences import DENSITY_COOKIE, THEME_COOKIE, ZONE_COOKIE, preferences_of, remember
from dashboard.people.services import email_change
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url


@require_safe
def account(request: ConsoleRequest) -> HttpResponse:
    """Show the signed-in user and their preferences."""
    return _page(request)


def _page(request: ConsoleRequest, *, status: int = 200, **forms: Form) -> HttpResponse:
    preferences = preferences_of(request)
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    context = {
        "form": DisplayForm(initial={"zone": preferences.chosen_zone, "density": preferences.density.value}),
        "email_form": EmailForm(initial={"email": user.email}),
        "has_password": user.has_usable_password(),
    }
    return render(request, "people/account.html", context | forms, status=status)


@require_POST
def display(request: ConsoleRequest) -> HttpResponse:
    """Store the chosen time zone and density."""
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    response = redirect("people:account")
    remember(response, ZONE_COOKIE, form.cleaned_data["zone"])
    remember(response, DENSITY_COOKIE, form.cleaned_data["density"])
    messages.success(request, "Kept in this browser.")
    return response


@require_POST
def email(request: ConsoleRequest) -> HttpResponse:
    """Set one's own e-mail address. A wrong password counts as a failed sign-in."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    form = EmailForm(request.POST)
    if form.is_valid():
        try:
            if not get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
                form.add_error("password", "The password is not correct.")
        except ValidationError as refused:
            form.add_error("password", refused)
    if not form.is_valid():
        return _page(request, email_form=form, status=422)
    email_change(actor=actor_of(request), user=request.user, address=form.cleaned_data["email"])
    messages.success(request, "The address is changed." if form.cleaned_data["email"] else "The address is removed.")
    return redirect("people:account")


@require_POST
def theme(request: ConsoleRequest) -> HttpResponse:
    """Store the chosen theme and redirect back. No sign-in is required, since the sign-in page has a theme too."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse("There is no such theme.", status=422, content_type="text/plain")
    response = HttpResponse(status=204) if request.htmx else _back(request)
    remember(response, THEME_COOKIE, form.cleaned_data["theme"])
    return response


def _back(request: ConsoleRequest) -> HttpResponseRedirect:
    """Redirect to the page that the form was on, or to the home page if that URL is not on this site."""
    return HttpResponseRedirect(return_url(request, default="/"))

"""Views of the account page: the signed-in user and their display preferences."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.people.forms import DisplayForm, ThemeForm
from dashboard.people.preferences import DENSITY_COOKIE, THEME_COOKIE, ZONE_COOKIE, preferences_of, remember
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url


@require_safe
@login_required
def account(request: ConsoleRequest) -> HttpResponse:
    """Show the signed-in user and their preferences."""
    preferences = preferences_of(request)
    form = DisplayForm(initial={"zone": preferences.chosen_zone, "density": preferences.density.value})
    return render(request, "people/account.html", {"form": form})


@require_POST
@login_required
def display(request: ConsoleRequest) -> HttpResponse:
    """Store the chosen time zone and density."""
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return render(request, "people/account.html", {"form": form}, status=422)
    response = redirect("people:account")
    remember(response, ZONE_COOKIE, form.cleaned_data["zone"])
    remember(response, DENSITY_COOKIE, form.cleaned_data["density"])
    messages.success(request, "Kept in this browser.")
    return response


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

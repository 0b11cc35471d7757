"""The account page: who is signed in, and how they like to see things."""

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
    """Show who is signed in, and their preferences."""
    preferences = preferences_of(request)
    form = DisplayForm(initial={"zone": preferences.chosen_zone, "density": preferences.density.value})
    return render(request, "people/account.html", {"form": form})


@require_POST
@login_required
def display(request: ConsoleRequest) -> HttpResponse:
    """Keep the time zone and the density that were chosen."""
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
    """Keep the theme that was chosen and go back; anybody may, the sign-in page has colours too."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse("There is no such theme.", status=422, content_type="text/plain")
    response = HttpResponse(status=204) if request.htmx else _back(request)
    remember(response, THEME_COOKIE, form.cleaned_data["theme"])
    return response


def _back(request: ConsoleRequest) -> HttpResponseRedirect:
    """Return to the page that the form was on, as long as it is one of ours."""
    return HttpResponseRedirect(return_url(request, default="/"))

"""Views of the user management, and the page where an invited user chooses a password."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.account_links.services import NotIndependent, vouch
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, actor_for, actor_of
from dashboard.audit.services import record
from dashboard.capabilities import Role
from dashboard.people.second_factors.services import second_factor_take_away
from dashboard.requests import ConsoleRequest
from dashboard.team.forms import InviteForm, RoleForm
from dashboard.team.selectors import people_list
from dashboard.team.services import (
    LastAdmin,
    NotYourself,
    person_activate,
    person_deactivate,
    person_invite,
    person_renew,
    person_role,
    person_sign_out,
    welcome_path,
)


@require_safe
def people(request: ConsoleRequest) -> HttpResponse:
    """List the users."""
    return _page(request, InviteForm())


def _page(
    request: ConsoleRequest, form: InviteForm, *, status: int = 200, link: str = "", name: str = ""
) -> HttpResponse:
    shown = people_list(_viewer(request))
    context = {"form": form, "people": shown, "roles": list(Role), "link": link, "link_name": name}
    return render(request, "team/people.html", context, status=status)


@require_POST
@never_cache
def invite(request: ConsoleRequest) -> HttpResponse:
    """Create a user and show the link for choosing a password. The link is shown only here and is not stored."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    made = person_invite(
        username=form.cleaned_data["username"], role=Role(form.cleaned_data["role"]), actor=actor_of(request)
    )
    return _page(request, InviteForm(), link=request.build_absolute_uri(welcome_path(made)), name=made.username)


@require_POST
@never_cache
def renew(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Remove a user's password and show the link for choosing a new one."""
    person = get_object_or_404(User, pk=person_id, is_active=True)
    if person.pk == request.user.pk:
        messages.error(request, "Change your own password on your account's page.")
        return redirect("team:people")
    person_renew(user=person, actor=actor_of(request))
    return _page(request, InviteForm(), link=request.build_absolute_uri(welcome_path(person)), name=person.username)


@require_POST
def role(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Change a user's role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such role.")
        return redirect("team:people")
    chosen = Role(form.cleaned_data["role"])
    return _changed(
        request,
        person_id,
        lambda user, actor: person_role(user=user, role=chosen, actor=actor),
        f"{{}} is {chosen.label.lower()} now.",
    )


@require_POST
def deactivate(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Deactivate a user."""
    return _changed(
        request, person_id, lambda user, actor: person_deactivate(user=user, actor=actor), "{} can't sign in any more."
    )


@require_POST
def activate(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Activate a user again."""
    return _changed(
        request, person_id, lambda user, actor: person_activate(user=user, actor=actor), "{} can sign in again."
    )


@require_POST
def sign_out(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """End a user's sessions."""

    def end(user: User, actor: Actor) -> None:
        person_sign_out(user=user, actor=actor)

    return _changed(request, person_id, end, "{} is signed out everywhere.")


@require_POST
def second_factor(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Take a user's second factors away, and end their sessions."""

    def take_away(user: User, actor: Actor) -> None:
        second_factor_take_away(user=user, actor=actor)

    return _changed(request, person_id, take_away, "{} signs in without a second factor now.")


@require_POST
def vouch_for(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Vouch that an account belongs to another person than the one who made it."""

    def change(user: User, actor: Actor) -> None:
        vouch(user=user, voucher=_viewer(request), actor=actor)

    return _changed(request, person_id, change, "{} counts as a person of their own in approvals.")


def _viewer(request: ConsoleRequest) -> User:
    """Return the signed-in admin. The table of rights ensures that there is one."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what it ensures
    return request.user


def _changed(request: ConsoleRequest, person_id: int, change: Callable[[User, Actor], None], said: str) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    try:
        change(person, actor_of(request))
    except LastAdmin:
        messages.error(request, f"{person.username} is the last admin. Make somebody else one first.")
    except NotIndependent as error:
        messages.error(request, str(error))
    except NotYourself:
        messages.error(request, "You can't shut yourself out. Another admin can.")
    else:
        messages.success(request, said.format(person.username))
    return redirect("team:people")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Let an invited user choose a password. No sign-in is required: the link's token is the authorization."""
    person = _invited(uid, token)
    if person is None:
        return render(request, "team/welcome_over.html", status=404)
    form = SetPasswordForm(person, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "team/welcome.html", {"form": form, "person": person}, status=status)
    form.save()
    record(
        actor=actor_for(person),
        action=AuditAction.PASSWORD_CHANGE,
        object_kind="person",
        object_id=person.username,
        outcome=Outcome.DONE,
        detail={"by": "invitation"},
    )
    messages.success(request, "Your password is set. Sign in with it.")
    return redirect("account_login")


def _invited(uid: str, token: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    # Once the user has chosen a password the link is invalid, even within its three days.
    if person is None or person.has_usable_password() or not default_token_generator.check_token(person, token):
        return None
    return person

"""Views of the release watch."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.requests import ConsoleRequest
from dashboard.verdicts import verdict_of
from investigate.releases.models import WatchedRelease
from investigate.releases.selectors import VIEWS, release_page, releases


@require_safe
def release_list(request: ConsoleRequest) -> HttpResponse:
    """List what was released in the last 30 days, and what became of it. No API request is made."""
    view, number = request.GET.get("view", "mine"), request.GET.get("page", "1")
    if view not in VIEWS or not (number.isdecimal() and 0 < len(number) < 6 and int(number)):
        return redirect("releases:list")
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the table of rights ensures
    rows, more = release_page(viewer=request.user, view=view, number=int(number))
    context = {
        "rows": [(row, verdict_of(row.now_disposition) if row.read_at else None) for row in rows],
        "views": VIEWS.items(),
        "view": view,
        "number": int(number),
        "more": more,
    }
    return render(request, "investigate/releases/list.html", context)


@require_POST
def release_seen(request: ConsoleRequest, release_id: int) -> HttpResponse:
    """Take note of what went wrong with a release. If more goes wrong later, it comes back."""
    row: WatchedRelease = get_object_or_404(releases(), pk=release_id)
    WatchedRelease.objects.filter(pk=row.pk, seen_at=None, wrong_at__isnull=False).update(
        seen_at=timezone.now(), seen_by_name=request.user.get_username()
    )
    view = request.POST.get("view", "")
    return redirect(f"{reverse('releases:list')}?view={view if view in VIEWS else 'mine'}")

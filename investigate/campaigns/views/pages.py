"""Pages of campaigns: the list, one campaign, and the text that its messages share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.audit.actor import actor_of
from dashboard.audit.selectors import audit_of_object
from dashboard.capabilities import Capability
from dashboard.requests import ConsoleRequest
from dashboard.roles import can
from dashboard.verdicts import Verdict, verdict_of
from investigate.campaigns import selectors
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign
from investigate.campaigns.reading import has_no_mail, keeping_of
from investigate.campaigns.reasons import members_of
from investigate.campaigns.text import samples_of, shared_text, subject_of
from investigate.campaigns.timeline import timeline_of
from investigate.campaigns.views.forms import CampaignFilterForm, MergeForm
from investigate.message.content_reasons import needs_reason
from investigate.message.pane_location import own_url
from investigate.reviews.paging import page_urls, query_with
from investigate.reviews.selectors import page_of


@require_safe
def campaign_list(request: ConsoleRequest) -> HttpResponse:
    """Show a page of campaigns: by default those with a threat in them, newest first."""
    view = request.GET.get("view", "threats")
    if view not in selectors.VIEWS:
        raise Http404("There is no such view.")
    form = CampaignFilterForm(request.GET)
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "views": [(name, label, query_with(request, view=name, page=None)) for name, label in selectors.VIEWS.items()],
        "keeping": keeping_of(),
        "has_no_mail": has_no_mail(),
    }
    if not form.is_valid():
        return render(request, "investigate/campaigns/campaigns.html", context, status=422)
    page = selectors.campaign_page(
        view=view,
        order=form.cleaned_data.get("order") or "newest",
        filters=form.cleaned_data,
        number=form.cleaned_data.get("page") or 1,
    )
    context |= {
        "page": page,
        "rows": [(row, verdicts_of(row)) for row in page.rows],
        **page_urls(request, page.number, page.more),
    }
    return render(request, "investigate/campaigns/campaigns.html", context)


@require_safe
def campaign(request: ConsoleRequest, key: str) -> HttpResponse:
    """Show one campaign: its subject, time line, recipients, verdicts, reports, acts, and why each message is in it."""
    found, number = find_campaign(key), _number(request)
    page = page_of(found.messages.order_by("-scanned_at", "-id"), number)
    changes = selectors.changes_of(found)
    context = {
        "campaign": found,
        "subject": subject_of(found),
        "verdicts": verdicts_of(found),
        "timeline": timeline_of(found.messages.values_list("scanned_at", "is_threat").iterator(chunk_size=5000)),
        "members": members_of(found, page.rows, changes),
        "recipients": selectors.recipients_of(found),
        "reports": selectors.reports_of(found),
        "jobs": selectors.jobs_of(found) if can(request.user, Capability.VIEW_JOBS) else [],
        "changes": changes,
        "trail": audit_of_object(kind="campaign", object_id=found.key),
        "merge_form": MergeForm(),
        "keeping": keeping_of(),
        "has_no_mail": has_no_mail(),
        **page_urls(request, page.number, page.more),
    }
    return render(request, "investigate/campaigns/campaign.html", context)


@require_safe
def text(request: ConsoleRequest, key: str) -> HttpResponse:
    """Show the text that some messages share, with the words that vary marked. Each look is audited."""
    found = find_campaign(key)
    samples = samples_of(found)
    closed = [row for row in samples if needs_reason(request, row.investigate_id)]
    context: dict[str, Any] = {
        "campaign": found,
        "closed": [(row, own_url(row.investigate_id, "preview", is_report=False)) for row in closed],
    }
    open_rows = [row for row in samples if row not in closed]
    if open_rows:
        context["shared"] = shared_text(open_rows, actor=actor_of(request))
    response = render(request, "investigate/campaigns/text.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def find_campaign(key: str) -> Campaign:
    """Return the campaign with this key. Raise Http404 if there is none, for instance since it was merged."""
    found: Campaign | None = mine(Campaign).filter(key=key).first()
    if found is None:
        raise Http404("There is no such campaign. It may have been merged into another one, or its mail is gone.")
    return found


def verdicts_of(found: Campaign) -> list[tuple[Verdict, int]]:
    """Return the verdicts of its messages with their numbers, the most frequent first."""
    counts = sorted(found.dispositions.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(verdict_of(disposition), number) for disposition, number in counts]


def _number(request: ConsoleRequest) -> int:
    given = request.GET.get("page", "1")
    return int(given) if given.isdecimal() and 0 < len(given) < 6 and int(given) else 1

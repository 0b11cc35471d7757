"""Operation that lists PhishGuard reports."""

from typing import cast

from django.http import HttpResponse

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.params import ReportsQuery
from gateway.api.registry import Call, operation
from gateway.models import PhishGuardReport, Token

DATABASE = "gateway"


@operation(
    "email_security_get_phishguard_reports",
    "GET",
    "/phishguard/reports",
    scope=Token.Scope.READ,
    right=Token.Right.SUBMISSIONS,
    params=ReportsQuery,
    result=list[contract.PhishGuardReport],
    pages=True,
)
def list_reports(call: Call) -> HttpResponse:
    """Return the reports written in a range of time, newest first.

    They are written by the gateway itself: on a threat found after delivery, on three or more malicious messages with
    text, HTML structure or sender in common within 24 hours, and on a person who got as many in that time.
    """
    query = cast(ReportsQuery, call.params)
    found = PhishGuardReport.objects.using(DATABASE).filter(account_id=call.account_id)
    if query.since is not None:
        found = found.filter(created_at__gte=query.since)
    if query.until is not None:
        found = found.filter(created_at__lte=query.until)
    first = (query.page - 1) * query.per_page
    rows = list(found.order_by("-created_at", "-pk")[first : first + query.per_page])
    info = contract.ResultInfo(count=len(rows), per_page=query.per_page, page=query.page, total_count=found.count())
    return answer([_shown(row) for row in rows], result_info=info)


def _shown(row: PhishGuardReport) -> contract.PhishGuardReport:
    return contract.PhishGuardReport(
        id=row.pk,
        title=row.title,
        content=row.content,
        disposition=row.disposition,
        priority=row.priority,
        fields=contract.PhishGuardFields(
            to=row.recipients,
            from_=row.sender or None,
            occurred_at=row.occurred_at,
            postfix_id=row.postfix_id,
            ts=row.occurred_at,
        ),
        created_at=row.created_at,
        tags=[contract.PhishGuardTag(**tag) for tag in row.tags],
        ts=row.created_at,
        updated_at=row.updated_at,
    )

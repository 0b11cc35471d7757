"""Operation that lists submissions: reclassification requests of the security team and of users."""

from datetime import timedelta
from typing import cast

from django.http import HttpResponse
from django.utils import timezone

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.params import DEFAULT_DAYS, SubmissionsQuery
from gateway.api.registry import Call, operation
from gateway.models import Submission, Token
from gateway.submissions.selectors import SubmissionFilter, submissions

_TYPES = {"TEAM": Submission.Type.TEAM, "USER": Submission.Type.USER}


@operation(
    "email_security_submissions",
    "GET",
    "/submissions",
    scope=Token.Scope.READ,
    right=Token.Right.SUBMISSIONS,
    params=SubmissionsQuery,
    result=list[contract.Submission],
    pages=True,
)
def list_submissions(call: Call) -> HttpResponse:
    """Return the submissions that meet every filter; those of the last 30 days, newest first, unless told otherwise.

    `query` is looked for, word by word, in subject, sender, requester and ids. `status` is whether the security team
    has looked at it. Team submissions have been judged again when they are reviewed.
    """
    query = cast(SubmissionsQuery, call.params)
    now = timezone.now()
    asked = SubmissionFilter(
        account_id=call.account_id,
        start=query.start or (query.end or now) - timedelta(days=DEFAULT_DAYS),
        end=query.end or now,
        type=_TYPES[query.type] if query.type is not None else None,
        customer_status=query.status,
        original_disposition=query.original_disposition,
        requested_disposition=query.requested_disposition,
        outcome_disposition=query.outcome_disposition,
        escalated_from_user=query.escalated_from_user,
        submission_id=query.submission_id or None,
        query=query.query,
    )
    found = submissions(asked, order=query.order, descending=query.direction == "desc")
    first = (query.page - 1) * query.per_page
    rows = list(found[first : first + query.per_page])
    info = contract.ResultInfo(
        count=len(rows), per_page=query.per_page, page=query.page, total_count=found.order_by().count()
    )
    return answer([_shown(row) for row in rows], result_info=info)


def _shown(row: Submission) -> contract.Submission:
    message = row.message
    return contract.Submission(
        submission_id=str(row.pk),
        requested_at=row.requested_at,
        requested_ts=row.requested_at.isoformat().replace("+00:00", "Z"),
        customer_status=row.customer_status,
        escalated_as=row.escalated_as or None,
        escalated_at=row.escalated_at,
        escalated_by=row.escalated_by or None,
        escalated_submission_id=str(row.escalated_to_id) if row.escalated_to_id else None,
        original_disposition=row.original_disposition or None,
        original_edf_hash=(message.edf_hash or None) if message is not None else None,
        original_postfix_id=message.postfix_id if message is not None else None,
        outcome=row.outcome or None,
        outcome_disposition=row.outcome_disposition or None,
        requested_by=row.requested_by,
        requested_disposition=row.requested_disposition,
        status=row.status,
        subject=row.subject,
        type=row.type,
    )

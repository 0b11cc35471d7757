"""Model of submissions, which are requests to change a message's disposition."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import Ended, UtcDatetime, WireModel


class Submission(WireModel):
    """One submission, by the security team or by somebody who got the message; `requested_ts` is deprecated.

    `type` is Team or User, `customer_status` a SubmissionStatus, dispositions are SubmissionDisposition, or newer
    values of each. `status` and `outcome` are the server's own words for how far it is and what came of it.
    """

    submission_id: str
    requested_at: UtcDatetime
    customer_status: str | None = None
    escalated_as: str | None = None
    escalated_at: UtcDatetime | None = None
    escalated_by: str | None = None
    escalated_submission_id: str | None = None
    original_disposition: str | None = None
    original_edf_hash: str | None = None
    original_postfix_id: str | None = None
    outcome: str | None = None
    outcome_disposition: str | None = None
    requested_by: str | None = None
    requested_disposition: str | None = None
    requested_ts: Annotated[str | None, Ended(instead="requested_at")] = None
    status: str | None = None
    subject: str | None = None
    type: str | None = None

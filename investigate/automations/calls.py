"""Sends what an automation planned and only the API can do: escalations of reports, and blocked senders.

A firing is marked as sent before the call. If the process dies during the call, an escalation is not repeated: its
outcome is unknown, and a person looks. A blocked sender is read back first, so it is entered once.
"""

from __future__ import annotations

from api_client import ApiError, Client
from api_client.models import SubmissionDisposition
from dashboard.sender_blocks import sender_block
from investigate.automations.bounds import actor_of_automation, missing_right, stop
from investigate.automations.models import Automation, Firing
from investigate.automations.states import Act, Mode, Run, State
from investigate.reviews.selectors import submissions_all
from investigate.submissions.services import escalate

AT_ONCE = 50


def send_planned(automation: Automation, client: Client) -> bool:
    """Send what is planned, and settle what a worker left behind. Return whether nothing is left.

    Call it with the automation's lease: nobody else sends meanwhile. Raise ApiError if the API can't be reached.
    """
    rows = Firing.objects.filter(automation=automation, run=Run.REAL, state__in=[State.SENT, State.PLANNED])
    for firing in rows.select_related("automation").order_by("id")[:AT_ONCE]:
        if not _may_go_on(automation):
            return False
        if firing.state == State.SENT and automation.act == Act.ESCALATE:
            _settle(firing, State.UNKNOWN, "A worker died while it was sent. Look at the submission.")
            continue
        _settle(firing, State.SENT)
        try:
            why = _escalate(firing) if automation.act == Act.ESCALATE else _block(firing, client)
        except ApiError as error:
            _settle(firing, State.UNKNOWN if error.outcome_unknown else State.FAILED, error.reason[:1000])
            raise
        _settle(firing, State.FAILED if why else State.DONE, why)
    return not rows.exists()


def _may_go_on(automation: Automation) -> bool:
    """Return whether the automation is still on, and its owner may still do this. Else it stops or waits."""
    now = Automation.objects.select_related("owner").get(pk=automation.pk)
    if now.mode != Mode.ON:
        return False
    if lacks := missing_right(now, now.owner):
        stop(now, f"{now.owner_name or 'Whoever switched it on'} may not do this any more: the role lacks “{lacks}”.")
        return False
    return True


def _settle(firing: Firing, state: State, why: str = "") -> None:
    firing.state, firing.why = state, why
    firing.save(update_fields=["state", "why"])


def _escalate(firing: Firing) -> str:
    """Escalate the report that was found. Return why it can't be, or an empty string. Raise ApiError."""
    submission = submissions_all().filter(submission_id=firing.submission_id).first()
    if submission is None:
        return "The report is not there any more."
    if submission.escalated_submission_id:
        return "The report was escalated already."
    automation = firing.automation
    escalate(submission, asked=SubmissionDisposition(automation.disposition), actor=actor_of_automation(automation))
    return ""


def _block(firing: Firing, client: Client) -> str:
    """Enter the sender of the message into the blocked senders, unless it is there. Raise ApiError."""
    sender_block(
        actor=actor_of_automation(firing.automation),
        sender=str(firing.snapshot.get("sender", "")).strip().lower(),
        comments=firing.automation.acts_as,
        why=f"{firing.trigger}; message {firing.message_id}"[:1000],
        client=client,
    )
    return ""

"""Creates the sample submissions and PhishGuard reports of the first start, with the services that the API uses."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.models import BlockedSender, Message, Submission
from gateway.phishguard.campaigns import detect_campaigns
from gateway.policies.patterns import PatternType
from gateway.rejudging.review import review_waiting
from gateway.samples import SAMPLE_POLICY
from gateway.samples.team_requests import BLOCKED_LATER, TEAM_REQUESTS, TeamRequest
from gateway.store.policy_cache import changing, forget
from gateway.submissions.services import submission_create

DATABASE = "gateway"


def create_sample_activity(messages: Mapping[str, Message]) -> None:
    """Block senders, create and review submissions, and detect campaigns. `messages` are the samples by name.

    Users' reports are part of the sample mail. If the process dies, calling the function again completes the work.
    """
    _block()
    for request in TEAM_REQUESTS:
        _ask(request, messages[request.sample])
    while review_waiting(authserv_ids=SAMPLE_POLICY.trusted_authserv_ids):
        pass
    detect_campaigns(settings.GATEWAY_ACCOUNT_ID)


def _block() -> None:
    account, now = settings.GATEWAY_ACCOUNT_ID, timezone.now()
    senders = [
        BlockedSender(
            account_id=account,
            pattern=pattern,
            pattern_type=PatternType.EMAIL,
            is_regex=False,
            comments=why,
            created_at=now,
            modified_at=now,
        ).keyed()
        for pattern, why in BLOCKED_LATER
    ]
    with transaction.atomic(using=DATABASE):
        changing(account)
        BlockedSender.objects.using(DATABASE).bulk_create(senders, ignore_conflicts=True)
    forget()


def _ask(request: TeamRequest, message: Message) -> None:
    asked = Submission.objects.using(DATABASE).filter(message=message)
    if asked.filter(type=Submission.Type.TEAM).exists():
        return
    report = asked.filter(type=Submission.Type.USER).first() if request.escalates else None
    submission_create(
        message=message,
        requested_by="console",
        requested_disposition=request.disposition,
        escalates=str(report.pk) if report is not None else None,
    )

"""Converts rows of bulk action jobs to the API's models."""

from collections.abc import Iterable

from api_client import models as contract
from gateway import ids
from gateway.api import serialize
from gateway.bulk.counting import Counters
from gateway.models import ActionLog, BulkJob, BulkJobMessage, Message


def job(row: BulkJob, counted: Counters) -> contract.BulkJob:
    """Return one job as the API's model."""
    return contract.BulkJob(
        job_id=str(row.pk),
        action_type=row.action,
        action_params=contract.BulkActionParams(
            type=row.action,
            destination=row.destination or None,
            expected_disposition=row.expected_disposition or None,
        ),
        created_at=row.created_at,
        status=row.status,
        search_params=contract.BulkSearchParams(**row.search),
        total_messages_discovered=counted.discovered,
        messages_pending=counted.pending,
        messages_successful=counted.successful,
        messages_failed=counted.failed,
        messages_skipped=counted.skipped,
        messages_cancelled=counted.cancelled,
        comment=row.comment,
        completed_at=row.completed_at,
        started_at=row.started_at,
        status_message=row.status_message or None,
        by_id=row.is_by_id,
    )


def job_message(
    owner: BulkJob, row: BulkJobMessage, message: Message | None, log: Iterable[ActionLog]
) -> contract.BulkJobMessage:
    """Return one recipient's copy of one message in a job as the API's model.

    `message` is None if it is no longer stored.
    """
    return contract.BulkJobMessage(
        message_id=str(row.uuid),
        postfix_id=ids.postfix_id(row.message_id),
        action_type=owner.action,
        action_params=contract.BulkMessageParams(
            type=owner.action,
            destination=owner.destination or None,
            expected_disposition=owner.expected_disposition or None,
            client_recipient=row.recipient,
        ),
        created_at=row.created_at,
        status=row.status,
        retry_count=row.retry_count,
        alert_id=ids.alert_id(row.message_id),
        email_message_id=(message.message_id or None) if message is not None else None,
        message=serialize.message(message, log) if message is not None else None,
        processed_at=row.processed_at,
        retry_after=row.retry_after,
        status_message=row.status_message or None,
        gatehouse_marks=row.marks,
        gatehouse_forwarded_to=row.forwarded_to,
    )

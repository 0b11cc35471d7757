"""Submissions: requests to reclassify a message, by the security team (Team) or by a recipient (User)."""

import uuid

from django.db import models

from gateway.models.message import Message
from gateway.models.raw import RawMail


class Submission(models.Model):
    """A request to reclassify one message.

        status            submitted ──▶ completed | failed      (the gateway has judged the message again)
        customer_status   unreviewed ──▶ reviewed | escalated   (the security team has reviewed it)

    A Team submission is a reclassification through the API. It becomes reviewed when the message was judged again.
    A User submission is a message that a user reported; `report` is the mail that reported it. It becomes reviewed
    when the team reclassifies the message. It becomes escalated when a Team submission names it; `escalated_to` is
    that Team submission. A mail to a report address that reports nothing is an invalid User submission: its status is
    invalid from the beginning, and `outcome` says why.

    `message` is null when the reported message is not stored here; `eml` then references its bytes. Dispositions are
    those that can be requested, so MALICIOUS-BEC is stored as MALICIOUS. `folded` is the text that search terms are
    compared with. `try_after` is the end of a worker's lease: until then no other worker judges the message.
    """

    class Type(models.TextChoices):
        TEAM = "Team"
        USER = "User"

    class Status(models.TextChoices):
        SUBMITTED = "submitted"
        COMPLETED = "completed"
        FAILED = "failed"
        INVALID = "invalid"

    class CustomerStatus(models.TextChoices):
        UNREVIEWED = "unreviewed"
        REVIEWED = "reviewed"
        ESCALATED = "escalated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    type = models.CharField(max_length=4, choices=Type.choices, default=Type.TEAM)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="submissions")
    report = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="reported")
    eml = models.ForeignKey(RawMail, null=True, on_delete=models.PROTECT, related_name="submissions")
    subject = models.TextField()
    folded = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=320)
    requested_disposition = models.CharField(max_length=20)
    original_disposition = models.CharField(max_length=20)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.SUBMITTED)
    customer_status = models.CharField(max_length=10, choices=CustomerStatus.choices, default=CustomerStatus.UNREVIEWED)
    outcome = models.TextField()
    outcome_disposition = models.CharField(max_length=20)
    escalated_to = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="escalated_from")
    escalated_as = models.CharField(max_length=20)
    escalated_at = models.DateTimeField(null=True)
    escalated_by = models.CharField(max_length=320)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "requested_at"], name="submission_by_time"),
            models.Index(fields=["requested_at"], name="submission_waiting", condition=models.Q(status="submitted")),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}: {self.original_disposition} to {self.requested_disposition}"

"""Action log: each action that was requested on a message through the API, and its result."""

from django.db import models

from gateway.models.message import Message


class ActionLog(models.Model):
    """One attempt at one action on one message.

    `status` says how it went: a word, and for a failure the mailbox's reason (see `gateway.delivery.failures`).
    `success` is null while the action runs. A row whose `success` stays null belongs to an interrupted action. The
    same request, sent again, completes it (see `gateway.delivery.moving`).
    """

    class Operation(models.TextChoices):
        PREVIEW = "PREVIEW"
        QUARANTINE_RELEASE = "QUARANTINE_RELEASE"
        SUBMISSION = "SUBMISSION"
        MOVE = "MOVE"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="actions")
    operation = models.CharField(max_length=20, choices=Operation.choices)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    success = models.BooleanField(null=True)
    status = models.CharField(max_length=200)
    properties = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.operation} {self.message_id} {self.status}"

"""Delivery ledger: the delivery status of each recipient's copy of a message."""

from django.db import models

from gateway.models.message import Message


class Delivery(models.Model):
    """One recipient's copy of one message.

        queued ──▶ delivered ──▶ moved ⇄ delivered (back to Inbox)
                      ▲
        quarantined ──┘ (release: quarantined ─▶ queued ─▶ delivered)

    `queued` is written before the file, `delivered` after it. The file's name is derived from the row's key. So a
    delivery that was interrupted between the two is completed and never repeated. `folder` is the mailbox folder that
    the copy was last put into.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        DELIVERED = "delivered"
        QUARANTINED = "quarantined"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices)
    folder = models.CharField(max_length=40)
    attempts = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "recipient"], name="one_copy_for_each_recipient")]
        indexes = [
            models.Index(fields=["id"], name="delivery_queued", condition=models.Q(status="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.recipient}: {self.status}"

"""Delivery ledger: the delivery status of each recipient's copy of a message, and the bounces about them."""

from django.db import models

from gateway.models.message import Message


class Sending(models.Model):
    """What a row needs that waits to be handed on to another server.

    `next_hop` names the lane that it waits in (`gateway.delivery.queue.lanes`); it is empty for a Maildir. A process
    claims rows with a `claim` of its own until `claimed_until`, and renews that while it lives. `sending_at` is set
    before the next hop gets the end of the message, and cleared with its answer: a row that is claimed anew and has it
    may have been delivered. It is sent again, since mail may arrive twice but never not at all; `answers_lost` counts
    that.
    """

    next_hop = models.CharField(max_length=300, default="", db_default="")
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    last_reply = models.CharField(max_length=400, default="", db_default="")
    claim = models.CharField(max_length=32, default="", db_default="")
    claimed_until = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    answers_lost = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True


class Delivery(Sending):
    """One recipient's copy of one message.

        queued ──▶ delivered ──▶ moved ⇄ delivered (back to Inbox)
         ▲  │ ▲        ▲
         │  ▼ │        │
         │ deferred ───┤        (a next hop answered 4xx, or could not be reached)
         │  │          │
         │  └──▶ bounced        (5xx, expired, or given up; whether its sender was told is in `notice`)
        quarantined    │
         └─────────────┘ (release: quarantined ─▶ queued ─▶ delivered)

    In a Maildir `queued` is written before the file, `delivered` after it. The file's name is derived from the row's
    key. So a delivery that was interrupted between the two is completed and never repeated. `folder` is the mailbox
    folder that the copy was last put into.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        DEFERRED = "deferred"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        QUARANTINED = "quarantined"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices)
    folder = models.CharField(max_length=40)
    notice = models.CharField(max_length=200, default="", db_default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "recipient"], name="one_copy_for_each_recipient")]
        indexes = [
            models.Index(fields=["id"], name="delivery_queued", condition=models.Q(status="queued")),
            models.Index(
                fields=["next_hop", "next_try_at"],
                name="delivery_waiting",
                condition=models.Q(status__in=["queued", "deferred"]),
            ),
            models.Index(fields=["id"], name="delivery_failed", condition=models.Q(status="bounced")),
            models.Index(fields=["claim"], name="delivery_claimed", condition=~models.Q(claim="")),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.recipient}: {self.status}"


WAITING = (Delivery.Status.QUEUED, Delivery.Status.DEFERRED)
"""The statuses of copies that are still on their way."""


class Bounce(Sending):
    """A notice to a message's envelope sender about what became of copies (RFC 3464), mostly that they failed.

    `failed` lists the copies that it is about: recipient, enhanced status code, the server's words, and of delayed
    ones until when they are tried. The notice itself is made from that when it is sent. A bounce that can't be
    delivered ends as `bounced`, and nobody is told.
    """

    class Kind(models.TextChoices):
        """The value of the field Action. Others than FAILED are sent to whoever asked for them (RFC 3461)."""

        FAILED = "failed"
        DELAYED = "delayed"
        DELIVERED = "delivered"
        RELAYED = "relayed"

    class Status(models.TextChoices):
        QUEUED = "queued"
        DEFERRED = "deferred"
        DELIVERED = "delivered"
        BOUNCED = "bounced"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="bounces")
    recipient = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices, default="queued")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.FAILED, db_default="failed")
    failed = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_hop", "next_try_at"],
                name="bounce_waiting",
                condition=models.Q(status__in=["queued", "deferred"]),
            ),
        ]

    def __str__(self) -> str:
        return f"bounce about {self.message_id}: {self.status}"

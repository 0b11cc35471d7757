"""Messages: the row that searches return, the detail of one message, and its entry in the full-text index."""

from django.db import models
from django.db.models import Q

from gateway.models.raw import RawMail


class DeliveryBit(models.IntegerChoices):
    """Delivery statuses of a message's copies, as bits of `Message.delivery_bits`. A message may have several."""

    DELIVERED = 1, "delivered"
    MOVED = 2, "moved"
    QUARANTINED = 4, "quarantined"
    REJECTED = 8, "rejected"
    DEFERRED = 16, "deferred"
    BOUNCED = 32, "bounced"
    QUEUED = 64, "queued"
    MOVE_FAILED = 128, "move_failed"


class OperationBit(models.IntegerChoices):
    """Actions taken on a message after it was judged, as bits of `Message.operation_bits`."""

    PREVIEW = 1, "PREVIEW"
    QUARANTINE_RELEASE = 2, "QUARANTINE_RELEASE"
    SUBMISSION = 4, "SUBMISSION"
    MOVE = 8, "MOVE"


class Message(models.Model):
    """One accepted SMTP transaction or imported file. Contains what a search result shows, and nothing larger.

    The key contains the time of scanning (`gateway.ids`). Times are in UTC. `import_key` is null for mail received
    by SMTP. The same bytes received twice by SMTP are two messages.
    """

    id = models.BigIntegerField(primary_key=True)
    account_id = models.CharField(max_length=32)
    investigate_id = models.CharField(max_length=64, unique=True)
    postfix_id = models.CharField(max_length=20, unique=True)
    import_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null, unlike "", may repeat
    raw = models.ForeignKey(RawMail, on_delete=models.PROTECT, related_name="messages")

    scanned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_date = models.CharField(max_length=200)
    subject = models.TextField()
    message_id = models.TextField()
    from_address = models.TextField()
    from_name = models.TextField()
    reply_to = models.TextField()
    envelope_from = models.TextField()
    envelope_to = models.JSONField(default=list)
    client_recipients = models.JSONField(default=list)
    to = models.JSONField(default=list)
    to_name = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    smtp_helo_server_ip = models.CharField(max_length=45)
    # Null in messages of a release that did not keep it. Unlike "", it can be added to millions of rows at once.
    smtp_helo_server_name = models.CharField(max_length=255, null=True)  # noqa: DJ001 - null says "not kept"
    # How the message came, as the trace field says it (RFC 3848): ESMTPS and so on. Null as above.
    received_with = models.CharField(max_length=12, null=True)  # noqa: DJ001 - as above
    smtp_previous_hop_ip = models.CharField(max_length=45)
    x_originating_ip = models.CharField(max_length=45)
    delivery_mode = models.CharField(max_length=30, default="DIRECT")
    postfix_id_outbound = models.CharField(max_length=20)
    edf_hash = models.CharField(max_length=64)
    htmltext_structure_hash = models.CharField(max_length=64)
    # What `gateway.store.features` returns. Null in messages that came before it, as above.
    features = models.JSONField(null=True)

    final_disposition = models.CharField(max_length=20)
    detection_reasons = models.JSONField(default=list)
    threat_categories = models.JSONField(default=list)
    validation = models.JSONField(default=dict)
    properties = models.JSONField(default=dict)
    is_phish_submission = models.BooleanField(default=False)

    is_quarantined = models.BooleanField()
    delivery_bits = models.PositiveSmallIntegerField(default=0)
    operation_bits = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["final_disposition", "id"], name="message_by_disposition"),
            models.Index(fields=["id"], name="message_acted_on", condition=Q(operation_bits__gt=0)),
            models.Index(fields=["id"], name="message_reported", condition=Q(is_phish_submission=True)),
            models.Index(fields=["id"], name="message_not_delivered", condition=~Q(delivery_bits=1)),
        ]

    def __str__(self) -> str:
        return self.investigate_id


class MessageDetail(models.Model):
    """Data that only a message's own page needs, as zstd-compressed JSON (see `gateway.store.message_detail`)."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="detail")
    payload = models.BinaryField()

    def __str__(self) -> str:
        return f"detail of {self.message_id}"


class MessageIndex(models.Model):
    """The searchable words of a message, encoded as `gateway.search.words` describes.

    The database itself maintains a full-text index over the three columns (FTS5 on SQLite, GIN on PostgreSQL).
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="index")
    subject = models.TextField()
    words = models.TextField()
    keys = models.TextField()

    def __str__(self) -> str:
        return f"index of {self.message_id}"

"""PhishGuard reports: campaigns, targeted people, and threats that were found after delivery."""

from django.db import models


class PhishGuardReport(models.Model):
    """One report. It is written once for each kind, key and day (UTC) on which its subject occurred.

    `key` is a hash of the report's subject: a message, the trait that a campaign's messages share, or a person.
    `sender`, `recipients`, `occurred_at` and `postfix_id` describe the message that triggered the report.
    """

    class Kind(models.TextChoices):
        LATE_THREAT = "late_threat"
        CAMPAIGN = "campaign"
        TARGETED = "targeted"

    account_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    key = models.CharField(max_length=64)
    day = models.DateField()
    title = models.TextField()
    content = models.TextField()
    priority = models.CharField(max_length=10)
    disposition = models.CharField(max_length=20)
    tags = models.JSONField(default=list)
    sender = models.TextField()
    recipients = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    postfix_id = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "kind", "key", "day"], name="one_report_for_each_day"),
        ]
        indexes = [models.Index(fields=["account_id", "created_at"], name="phishguard_by_time")]

    def __str__(self) -> str:
        return self.title


class PhishGuardMark(models.Model):
    """How far an account's mail was examined. Messages with the key `seen_to` or a later one are still to be read."""

    account_id = models.CharField(max_length=32, primary_key=True)
    seen_to = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.seen_to}"

"""Retro-scans: stored mail of the last days, judged again when what the verdicts are made of has changed."""

from django.db import models

from gateway.models.message import Message


class RetroScan(models.Model):
    """One retro-scan of an account.

        due at `begins_at` ──▶ walks from the newest message back, below `next_key` ──▶ `ended_at`

    `knowledge` is the digest of what verdicts are made of, as it was when the scan was asked for. The first row of an
    account is only a mark and never walks. `leased_until` is the end of a worker's lease. `judged` counts messages,
    `failed` those that could not be judged or read whole.
    """

    account_id = models.CharField(max_length=32)
    knowledge = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    next_key = models.BigIntegerField(null=True)
    leased_until = models.DateTimeField(null=True)
    judged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=models.Q(ended_at=None), name="one_retro_scan_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"retro-scan of {self.asked_at:%Y-%m-%d %H:%M}"


class RetroFinding(models.Model):
    """A message that a retro-scan judged otherwise than it is stored.

    Of a `threat` a PhishGuard report was written, if a copy was delivered, and the message has the new verdict.
    A message that is only `graver`, or `cleaner`, keeps its verdict: it is listed here.
    """

    class Kind(models.TextChoices):
        THREAT = "threat"
        GRAVER = "graver"
        CLEANER = "cleaner"

    scan = models.ForeignKey(RetroScan, on_delete=models.CASCADE, related_name="found")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="retro_findings")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scan", "message"], name="found_once_by_a_scan")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.before} to {self.after}"

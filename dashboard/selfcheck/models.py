"""The rows of the self-check."""

from django.db import models


class SelfCheck(models.Model):
    """One run. `slot` is the interval that a scheduled run belongs to, so no two workers run the same.

    `steps` maps the name of each step that succeeded to its seconds. `failed_step` and `reason` tell what did not. A
    process that dies in the middle leaves `ended_at` empty; the next interval's run is another row.
    """

    slot = models.BigIntegerField(null=True, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    steps = models.JSONField(default=dict)
    failed_step = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="selfcheck_newest")]

    def __str__(self) -> str:
        return f"self-check of {self.started_at}: {self.failed_step or 'ok'}"

"""Model of the number of writes by API that wait, as the worker counted it last."""

from django.db import models


class WaitingWrites(models.Model):
    """How many writes wait on a backend, up to one more than a badge can show. Pages read it, and ask no API."""

    backend = models.CharField(max_length=32, primary_key=True)
    count = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.count} on {self.backend}"

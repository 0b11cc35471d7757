"""What happened to a message after it was stored, line by line."""

from django.db import models

from gateway.models.message import Message


class TraceLine(models.Model):
    """One line of a message's trace. The lines of its intake lie in its detail; these follow them."""

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="trace_lines")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    logged_at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.logged_at:%H:%M:%S} {self.text}"

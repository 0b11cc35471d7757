"""Message trace: lines that say what happened to a message after it was stored."""

from django.db import models

from gateway.models.message import Message


class TraceLine(models.Model):
    """One line of a message's trace. The lines of the intake are in the message's detail; these lines follow them."""

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="trace_lines")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    logged_at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.logged_at:%H:%M:%S} {self.text}"

"""Messages that could not be read whole, until they were or until nothing more can be tried."""

from django.db import models

from gateway.models.message import Message


class UnreadMessage(models.Model):
    """A message of which something was not read. The worker reads it again with more time.

    `attempts` counts the further readings, `try_after` is the time of the next one, null after the last. The row is
    deleted when a reading was complete. If the worker dies while it reads, the row is due again after its lease.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="unread")
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"unread {self.message_id}"

"""What a message's sender asks to be told of it (RFC 3461)."""

from django.db import models

from gateway.mail.notification_request import DsnRequest, RecipientRequest
from gateway.models.message import Message


class NotificationRequest(models.Model):
    """The parameters of one transaction, for messages whose sender gave any. `recipients` maps an address to
    [NOTIFY, ORCPT]. Written in the transaction that stores the message, and never changed."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="notification_request"
    )
    ret = models.CharField(max_length=4)
    envid = models.CharField(max_length=100)
    recipients = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"notifications about {self.message_id}"

    @classmethod
    def row(cls, message: Message, asked: DsnRequest) -> "NotificationRequest":
        """Return the row, unsaved."""
        recipients = {address: [one.notify, one.orcpt] for address, one in asked.recipients.items()}
        return cls(message=message, ret=asked.ret, envid=asked.envid, recipients=recipients)

    @property
    def asked(self) -> DsnRequest:
        """What the row keeps."""
        recipients = {address: RecipientRequest(*values) for address, values in self.recipients.items()}
        return DsnRequest(self.ret, self.envid, recipients)

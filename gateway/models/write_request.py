"""Writes of API tokens that wait for a second person."""

import uuid

from django.db import models

from gateway.models.bulk import BulkJob
from gateway.models.token import Token


class WriteRequest(models.Model):
    """A move or release that a token asked for, which nobody carries out before a person has approved it.

        WAITING ──▶ APPROVED ──▶ DONE (every copy has an outcome, failures included)
           ├──▶ REFUSED (by a person)
           ├──▶ EXPIRED (nobody decided in time)
           └──▶ WITHDRAWN (the job was cancelled, or the token is over or may not do this any more)

    What was asked for is frozen in the rows of `job`, which waits with it and is carried out once it is approved. So
    what is approved is exactly what is done. `operation` is the API's operationId. `digest` is that of the request: the
    same one, sent again, is this row. `rule` says which rule asks for a second person. `messages` is their number, and
    `outcome` the number of copies by status. The row outlives its job, which may be deleted when it has ended.

    `is_told` says whether the trail knows of the present state.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        DONE = "done"
        REFUSED = "refused"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="write_requests")
    job = models.OneToOneField(BulkJob, on_delete=models.SET_NULL, null=True, related_name="write_request")
    operation = models.CharField(max_length=60)
    action = models.CharField(max_length=7, choices=BulkJob.Action.choices)
    destination = models.CharField(max_length=40)
    messages = models.PositiveIntegerField()
    rule = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, default="")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    is_told = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-requested_at"], name="write_request_newest"),
            models.Index(fields=["token", "requested_at"], name="write_request_of_token"),
            models.Index(fields=["expires_at"], name="write_request_waits", condition=models.Q(state="waiting")),
            models.Index(fields=["requested_at"], name="write_request_untold", condition=models.Q(is_told=False)),
        ]

    def __str__(self) -> str:
        return f"{self.operation} of {self.messages} by {self.token_id}: {self.state}"

"""Models of the team's annotations of messages: notes, assignments and tags. They are stored only in the console."""

from django.conf import settings
from django.db import models

LONGEST_NOTE = 4000
LONGEST_TAG = 40


class MessageNote(models.Model):
    """A note of a user on a message. Notes are never changed."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    message_id = models.CharField(max_length=255)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=150)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["backend", "account_id", "message_id", "-id"], name="note_by_message")]

    def __str__(self) -> str:
        return f"{self.author_name} on {self.message_id}"


class MessageAssignment(models.Model):
    """The assignment of a message to a user. A message has at most one assignee."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    message_id = models.CharField(max_length=255)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    assigned_by_name = models.CharField(max_length=150)
    assigned_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["backend", "account_id", "message_id"], name="one_assignee_a_message")
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.assignee_id}"


class MessageTag(models.Model):
    """A tag on a message: a short word of the team, without capitals. A message has each tag at most once."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    message_id = models.CharField(max_length=255)
    tag = models.CharField(max_length=LONGEST_TAG)
    tagged_by_name = models.CharField(max_length=150)
    tagged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["tag"]
        constraints = [
            models.UniqueConstraint(fields=["backend", "account_id", "message_id", "tag"], name="message_tag_once")
        ]
        indexes = [models.Index(fields=["backend", "account_id", "tag", "message_id"], name="message_by_tag")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.tag}"

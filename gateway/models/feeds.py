"""Feeds: lists of hosts, addresses and hashes that others found to be harmful."""

from django.db import models


class Feed(models.Model):
    """One loading of a feed. `dated` is the day that the list is of.

    Entries are written while `is_active` is false; then it takes the place of the earlier loading of the same name in
    one transaction. A loading that was interrupted stays inactive, and the next one of the name deletes it.
    """

    account_id = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    dated = models.DateField()
    loaded_at = models.DateTimeField()
    entries = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "name"], condition=models.Q(is_active=True), name="one_active_loading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.dated}"


class FeedEntry(models.Model):
    """A host (in ASCII), an address (in lower case), or a hash (hexadecimal, in lower case) of a feed."""

    class Kind(models.TextChoices):
        HOST = "host"
        ADDRESS = "address"
        HASH = "hash"

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="listed")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    value = models.CharField(max_length=320)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value", "kind", "feed"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

"""What the gateway has seen of senders: addresses, domains and names, who wrote to whom, and how much arrives."""

from django.db import models


class SenderHistory(models.Model):
    """What is known of a sender's address, or of a registered domain, by mail that was stored.

    `messages` counts all mail that named the sender in From, which anybody can do. `judged_clean`, `unwanted` and
    `threats` count authenticated mail alone, by its verdict. `proven_first` is the time of the first clean one.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address"
        DOMAIN = "domain"

    account_id = models.CharField(max_length=32)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    key = models.CharField(max_length=320)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    proven_first = models.DateTimeField(null=True)
    messages = models.PositiveIntegerField(default=0)
    judged_clean = models.PositiveIntegerField(default=0)
    unwanted = models.PositiveIntegerField(default=0)
    threats = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "kind", "key"], name="one_history_of_a_sender")]

    def __str__(self) -> str:
        return self.key


class NameHistory(models.Model):
    """A display name with an address that it wrote from. `judged_clean` counts authenticated, clean mail."""

    account_id = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=320)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    judged_clean = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "name", "address"], name="one_use_of_a_name")]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Correspondence(models.Model):
    """What one of the organisation's addresses and an outside one wrote to each other.

    `received` counts what came from outside, authenticated and judged clean; `sent` the organisation's own mail that
    the gateway saw. `weeks` counts the weeks in which it wrote, the last of which is `last_week`, as year and week.
    """

    account_id = models.CharField(max_length=32)
    other = models.CharField(max_length=320)
    own = models.CharField(max_length=320)
    other_domain = models.CharField(max_length=253)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    received = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    first_sent = models.DateTimeField(null=True)
    last_sent = models.DateTimeField(null=True)
    weeks = models.PositiveIntegerField(default=0)
    last_week = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "other", "own"], name="one_correspondence")]
        indexes = [models.Index(fields=["account_id", "other_domain"], name="correspondence_by_domain")]

    def __str__(self) -> str:
        return f"{self.own} and {self.other}"


class RecipientHour(models.Model):
    """How many messages one of the organisation's addresses got in an hour, which `hour` counts since 1970."""

    account_id = models.CharField(max_length=32)
    recipient = models.CharField(max_length=320)
    hour = models.PositiveIntegerField(db_index=True)
    messages = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "recipient", "hour"], name="one_hour_of_a_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.recipient} in hour {self.hour}"

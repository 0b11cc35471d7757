"""Models of campaigns: the messages that were read, the campaigns that they form, and changes made by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dashboard.walking.models import Walk


class CampaignWalk(Walk):
    """A walk that reads the messages of one day in UTC, or of the last minutes if `day` is null."""

    day = models.DateField(null=True, blank=True)

    class Meta(Walk.Meta):
        verbose_name = "reading for campaigns"
        indexes = [models.Index(fields=["finished_at"], name="campaign_walk_open", condition=Q(finished_at=None))]


class CampaignDay(models.Model):
    """A day in UTC that was read. `as_of` is when the walk started; `is_complete` is false if it had gaps."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    day = models.DateField()
    as_of = models.DateTimeField()
    is_complete = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "day"], name="campaign_day_once")]

    def __str__(self) -> str:
        return f"{self.day} as of {self.as_of}"


class Keeping(models.Model):
    """State of the campaigns of one backend, and the lock for choosing what to read and for grouping.

    `changed_at` is when something changed that only a grouping of all messages takes in, `grouped_at` when the last
    such grouping began, and `seconds` how long it took. `joined_at` is when new messages last joined the groups since,
    and `rarity` what was frequent among all messages (`Rarity.to_json`). `reports_to` is the key of the last mirrored
    report that campaigns count. `tail_at` is up to when the newest mail was read. `lease_until` is the end of a
    grouping's lease.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    changed_at = models.DateTimeField(null=True, blank=True)
    grouped_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0.0)
    joined_at = models.DateTimeField(null=True, blank=True)
    rarity = models.JSONField(default=dict)
    reports_to = models.BigIntegerField(default=0)
    tail_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    messages = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="campaign_keeping_once")]

    def __str__(self) -> str:
        return f"grouped at {self.grouped_at}"


class Campaign(models.Model):
    """Mail that belongs together. `key` is made from its oldest message and stays when the campaign changes.

    The counts are those of the last grouping. `dispositions` maps a disposition to a number of messages. `grown_at` is
    when messages last joined, `grown_by` how many they were. `threat_percent` is the share that is judged a
    threat or suspicious, rounded up. `is_threat` says that this is a fifth at least, or that a tenth was reported.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    key = models.CharField(max_length=16)
    title = models.TextField(blank=True)
    size = models.PositiveIntegerField(default=0)
    recipients = models.PositiveIntegerField(default=0)
    dispositions = models.JSONField(default=dict)
    reported = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    threat_percent = models.PositiveSmallIntegerField(default=0)
    is_threat = models.BooleanField(default=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    grown_at = models.DateTimeField()
    grown_by = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "key"], name="campaign_once")]
        indexes = [
            models.Index(fields=["account_id", "backend", "-last_at", "-id"], name="campaign_by_time"),
            models.Index(fields=["account_id", "backend", "-size", "-id"], name="campaign_by_size"),
        ]

    def __str__(self) -> str:
        return f"campaign {self.key}"


class CampaignMessage(models.Model):
    """A message that was read: its traits (`Traits.to_json`) and what the pages show of it.

    `group` is the key of the group that the traits put it into, empty for none; `campaign` is the campaign after the
    changes made by hand. `linked_to` is the id of the message of its group that it is most directly tied to.
    `joined_at` is when it came into its campaign. `needs_detail` says that its links and files are to be read.
    `seen_at` is when a walk last read it. `waits` says what the worker has to do with it.
    """

    class Waits(models.IntegerChoices):
        """What a message waits for."""

        NOTHING = 0, "Nothing"
        COUNT = 1, "To be counted anew in its campaign"
        PLACE = 2, "To be placed in a group"

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    investigate_id = models.CharField(max_length=255)
    postfix_id = models.CharField(max_length=128, blank=True)
    scanned_at = models.DateTimeField()
    sender = models.TextField(blank=True)
    sender_name = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    subject = models.TextField(blank=True)
    disposition = models.CharField(max_length=32, blank=True)
    is_threat = models.BooleanField(default=False)
    is_quarantined = models.BooleanField(default=False)
    is_moved = models.BooleanField(default=False)
    traits = models.JSONField(default=dict)
    group = models.CharField(max_length=16, blank=True)
    linked_to = models.CharField(max_length=255, blank=True)
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    joined_at = models.DateTimeField(null=True, blank=True)
    needs_detail = models.BooleanField(default=False)
    waits = models.PositiveSmallIntegerField(choices=Waits.choices, default=Waits.NOTHING)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "investigate_id"], name="campaign_message_once")
        ]
        indexes = [
            models.Index(fields=["account_id", "backend", "-scanned_at"], name="campaign_message_by_time"),
            models.Index(fields=["campaign", "-scanned_at", "-id"], name="campaign_message_by_campaign"),
            models.Index(
                fields=["account_id", "backend", "group"], name="campaign_message_grouped", condition=~Q(group="")
            ),
            models.Index(fields=["scanned_at"], name="campaign_message_undetailed", condition=Q(needs_detail=True)),
            models.Index(
                fields=["account_id", "backend", "-scanned_at"],
                name="campaign_message_waiting",
                condition=Q(waits__gt=0),
            ),
            models.Index(
                fields=["account_id", "backend", "postfix_id"],
                name="campaign_message_by_post",
                condition=~Q(postfix_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.investigate_id

    @property
    def is_left(self) -> bool:
        """Return whether it was still in the mailbox when it was last read: neither held nor moved."""
        return not self.is_quarantined and not self.is_moved


class HandChange(models.Model):
    """A split or a merge by a person. It is applied on top of what the traits say, until it is undone.

    A split takes the messages `ids` out of their campaigns into one of their own. A merge makes one campaign of those
    that the two messages `ids` are in. Messages, not campaigns, are named, so that it holds after every grouping.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SPLIT = "split", "Split"
        MERGE = "merge", "Merge"

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    ids = models.JSONField(default=list)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account_id", "backend"], name="hand_change_valid", condition=Q(undone_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by_name}"

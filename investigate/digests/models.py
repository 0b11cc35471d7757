"""Rows of digests: what is held for whom, what the team and each person chose, and what was sent."""

from __future__ import annotations

import base64
import hashlib

from django.db import models
from django.db.models import Q

from dashboard.walking.models import Walk
from investigate.digests.states import DISPOSITIONS, USUAL, Frequency, Language, Weekday


class Reading(models.Model):
    """How far held mail was read on one backend. `domains` are the protected domains as the API last listed them.

    `read_up_to` is the time up to which the newest mail was read, `swept_at` when all held mail was last read as a
    whole, and `has_gaps` that the API did not give all of it then. `domains_error` says why domains were not read.
    `making_until` is the lease of the worker that makes digests.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    domains = models.JSONField(default=list)
    domains_at = models.DateTimeField(null=True, blank=True)
    domains_tried_at = models.DateTimeField(null=True, blank=True)
    domains_error = models.TextField(blank=True)
    read_up_to = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    has_gaps = models.BooleanField(default=False)
    making_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="held_reading_once")]

    def __str__(self) -> str:
        return f"held mail up to {self.read_up_to}"


class HeldWalk(Walk):
    """A walk over held mail: the newest, or with `is_sweep` all of it, after which what was not seen is not held."""

    is_sweep = models.BooleanField(default=False)

    class Meta:
        verbose_name = "reading of held mail"
        indexes = [models.Index(fields=["-created_at"], name="held_walk_by_time")]


class DigestRule(models.Model):
    """What the team set for one protected domain, or with `*` for all that have no rule of their own.

    Without a rule nobody gets a digest. `hour`, `weekday` and the quiet hours are in the person's time zone; equal
    quiet hours are none. Mail from before `told_since` is listed, but no digest is sent because of it.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    domain = models.CharField(max_length=253)
    frequency = models.CharField(max_length=12, choices=Frequency.choices, default=Frequency.NEVER)
    hour = models.PositiveSmallIntegerField(default=8)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.MONDAY)
    dispositions = models.JSONField(default=list)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=64, default="UTC")
    quiet_from = models.PositiveSmallIntegerField(default=0)
    quiet_to = models.PositiveSmallIntegerField(default=0)
    may_ask_malicious = models.BooleanField(default=False)
    told_since = models.DateTimeField()
    changed_at = models.DateTimeField(auto_now=True)
    changed_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["domain"]
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "domain"], name="digest_rule_once")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.frequency}"

    @property
    def is_on(self) -> bool:
        """Return whether anybody gets a digest by it."""
        return self.frequency != Frequency.NEVER

    @property
    def told(self) -> list[str]:
        """Return the kinds of verdict that are told of."""
        return list(self.dispositions or USUAL)

    @property
    def told_labels(self) -> list[str]:
        """Return those kinds in words."""
        return [DISPOSITIONS[name] for name in self.told if name in DISPOSITIONS]


class Person(models.Model):
    """A recipient in a protected domain for whom mail was held, with their own choices. Empty ones are the rule's.

    `next_at` is when the worker looks next, None while there is nothing to tell. With `is_planned` it is when a digest
    is due; without, the worker finds out first when that is. Address and domain are in lower case.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    address = models.CharField(max_length=254)
    domain = models.CharField(max_length=253)
    frequency = models.CharField(max_length=12, choices=Frequency.choices, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    is_planned = models.BooleanField(default=False)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "address"], name="digest_person_once")]
        indexes = [
            models.Index(fields=["next_at"], name="digest_person_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["account_id", "backend", "domain"], name="digest_person_by_domain"),
        ]

    def __str__(self) -> str:
        return self.address


class Digest(models.Model):
    """A digest that was made: written in one transaction with its mail and with the marks of what it tells of."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="digests")
    made_at = models.DateTimeField()
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_at"], name="digest_by_age")]

    def __str__(self) -> str:
        return f"digest of {self.size} for {self.person_id}"


class HeldCopy(models.Model):
    """A message that is, or was, held for one person, as the API's search last showed it.

    `released_at` is when a request for it was granted: then it is not held, though others' copies may be.
    `digest` is the digest that told of it, None before. `recipients` is how many people the message went to.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    investigate_id = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="copies", db_index=False)
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    disposition = models.CharField(max_length=32, blank=True)
    recipients = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()
    is_held = models.BooleanField(default=True)
    seen_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(Digest, null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "investigate_id"], name="held_copy_once")]
        indexes = [
            models.Index(fields=["person", "-received_at"], name="held_copy_by_person"),
            models.Index(fields=["person"], name="held_copy_untold", condition=Q(digest=None, is_held=True)),
            models.Index(fields=["investigate_id"], name="held_copy_by_message"),
            models.Index(fields=["received_at"], name="held_copy_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.investigate_id} for {self.person_id}"

    @property
    def reference(self) -> str:
        """Return what people name the message by on the telephone: 8 letters and digits, the same for ever."""
        digest = hashlib.sha256(f"{self.investigate_id}\0{self.person_id}".encode(errors="replace")).digest()
        text = base64.b32encode(digest[:5]).decode()
        return f"{text[:4]}-{text[4:]}"

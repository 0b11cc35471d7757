"""Rows of answers to reporters: what each was told, the team's settings, and the domains that get answers."""

from __future__ import annotations

from django.db import models

from investigate.reporter_answers.states import Kind, Left, Verdict

SENTENCE_AT_MOST = 300


class AnswerSettings(models.Model):
    """The team's settings on one backend, and the lease of the worker that answers.

    `delay_minutes` pass between a decision and its answer. A person gets at most `per_day` answers in 24 hours. The
    sentences are the team's own, and stand below each answer. `error` says why the last pass could not end.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    delay_minutes = models.PositiveIntegerField(default=0)
    per_day = models.PositiveIntegerField(default=20)
    sentence_en = models.CharField(max_length=SENTENCE_AT_MOST, blank=True)
    sentence_de = models.CharField(max_length=SENTENCE_AT_MOST, blank=True)
    changed_by_name = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="answer_settings_once")]

    def __str__(self) -> str:
        return f"answers of {self.account_id}"


class AnswerDomain(models.Model):
    """A protected domain whose people get answers, to what they reported from `since` on."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    domain = models.CharField(max_length=255)
    language = models.CharField(max_length=8, default="en")
    since = models.DateTimeField()

    class Meta:
        ordering = ["domain"]
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "domain"], name="answer_domain_once")]

    def __str__(self) -> str:
        return self.domain


class Answer(models.Model):
    """What somebody was told about one submission; or with `left`, why not.

    The row is unique, and written in one transaction with the mail in the outbox, whose key is `outbox_key`. So if the
    worker dies, both are there or neither. `copies` is how many copies jobs provably removed, as it was told.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    submission_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    recipient = models.CharField(max_length=320)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    copies = models.PositiveIntegerField(default=0)
    left = models.CharField(max_length=12, choices=Left.choices, blank=True)
    outbox_key = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "backend", "submission_id", "kind"], name="reporter_answer_once"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "at"], name="reporter_answer_by_person"),
            models.Index(fields=["at"], name="reporter_answer_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"

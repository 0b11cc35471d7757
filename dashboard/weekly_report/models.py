"""Models of the weekly report: when it is sent, and to whom."""

from __future__ import annotations

from django.db import models

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class ReportSchedule(models.Model):
    """When the reports of a backend are sent: a weekday (0 is Monday) and an hour in a time zone.

    `sent_week` is the Monday of the last week that was sent. `trouble` says what was missing in it.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    is_on = models.BooleanField(default=False)
    weekday = models.PositiveSmallIntegerField(default=0, choices=list(enumerate(WEEKDAYS)))
    hour = models.PositiveSmallIntegerField(default=7)
    zone = models.CharField(max_length=64, default="UTC")
    sent_week = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="report_schedule_once")]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.hour}:00 {self.zone}"


class ReportRecipient(models.Model):
    """Somebody who gets the report, in a language. They need no account."""

    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="recipients")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=8, default="en")
    added_by_name = models.CharField(max_length=150)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["address"]
        constraints = [models.UniqueConstraint(fields=["schedule", "address"], name="report_recipient_once")]

    def __str__(self) -> str:
        return self.address

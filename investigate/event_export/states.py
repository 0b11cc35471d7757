"""Kinds of events and of destinations, and the places that events are found in."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """Kind of an event. The value is the name of its data set."""

    ALERTS = "email_security_alerts", "Alerts"
    POST_DELIVERY = "email_security_post_delivery_events", "Post-delivery events"
    AUDIT = "gatehouse_audit", "Audit trail"


class Way(models.TextChoices):
    """How a destination gets its events."""

    WEBHOOK = "webhook", "Webhook"
    HTTPS = "https", "NDJSON by HTTPS"
    FILE = "file", "NDJSON in a file"
    SYSLOG = "syslog", "Syslog over TLS"


class AlertFormat(models.TextChoices):
    """How alerts are written."""

    VENDOR = "vendor", "Cloudflare's log format"
    OCSF = "ocsf", "OCSF Email Activity"


class Place(models.TextChoices):
    """Where events are found. Each place has a cursor of its own."""

    VERDICTS = "verdicts", "New verdicts"
    CHANGES = "changes", "Changed verdicts"
    JOBS = "jobs", "Jobs of this console"
    SUBMISSIONS = "submissions", "Submissions"
    ACTIONS = "actions", "What others did"
    AUDIT = "audit", "Audit trail"


PLACES: dict[str, tuple[Place, ...]] = {
    Kind.ALERTS: (Place.VERDICTS, Place.CHANGES),
    Kind.POST_DELIVERY: (Place.JOBS, Place.SUBMISSIONS, Place.ACTIONS),
    Kind.AUDIT: (Place.AUDIT,),
}

# Verdicts that a destination can be narrowed to, worst first, in the data sets' words. What has none always goes.
VERDICTS = ("malicious", "suspicious", "spoof", "spam", "bulk", "unset")

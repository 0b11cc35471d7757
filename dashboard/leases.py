"""Leases: how long a worker holds what it claimed. After that time another worker may claim it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def lease_end() -> datetime:
    """Return the time at which a lease that begins now expires."""
    return timezone.now() + timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)

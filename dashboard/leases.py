"""Leases: how long a worker holds what it claimed. After that time another worker may claim it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def lease_end() -> datetime:
    """Give the time until which what is claimed now is held."""
    return timezone.now() + timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)

"""Answers grow old with the submissions that they are about."""

from __future__ import annotations

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.reporter_answers.models import Answer
from investigate.reviews.mirror import DAYS


def _delete_slice(before: datetime) -> tuple[int, bool]:
    pks = list(Answer.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:AT_ONCE])
    Answer.objects.filter(pk__in=pks).delete()
    return len(pks), len(pks) == AT_ONCE


# Whoever was told must not be told again while the mirror still reads the submission.
register_rule(Rule("answers to reporters", "GATEHOUSE_REVIEW_DAYS", _delete_slice, at_least=2 * DAYS + 2))

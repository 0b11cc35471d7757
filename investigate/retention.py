"""The rows of investigate that retention looks after: exports and other walks, annotations, submissions and reports."""

from datetime import datetime

from dashboard.retention.registry import Rule, delete_with_children, register_rule
from investigate.annotations.retention import delete_annotations_slice
from investigate.reviews.mirror import DAYS
from investigate.reviews.models import Note, Report, Submission
from investigate.search.walks.models import ExportPart, GatheredMessage, SearchCount, SearchExport, SearchGathering


def _walks(before: datetime) -> tuple[int, bool]:
    for found, *children in (
        (SearchExport.objects.filter(created_at__lt=before), (ExportPart, "export")),
        (SearchGathering.objects.filter(created_at__lt=before), (GatheredMessage, "gathering")),
        (SearchCount.objects.filter(created_at__lt=before),),
    ):
        count, more = delete_with_children(found.order_by("created_at"), *children)
        if more:
            return count, True
    return 0, False


def _reviews(before: datetime) -> tuple[int, bool]:
    submissions = Submission.objects.filter(requested_at__lt=before).order_by("requested_at")
    count, more = delete_with_children(submissions, (Note, "submission"))
    if more:
        return count, True
    return delete_with_children(Report.objects.filter(created_at__lt=before).order_by("created_at"), (Note, "report"))


def register_rules() -> None:
    """Have retention look after these rows."""
    register_rule(Rule("exports and counts", "GATEHOUSE_EXPORT_DAYS", _walks, is_evidence=False))
    register_rule(Rule("annotated messages", "GATEWAY_MAIL_DAYS", delete_annotations_slice, is_evidence=False))
    # What the mirror still reads from the API would come back.
    register_rule(Rule("submissions and reports", "GATEHOUSE_REVIEW_DAYS", _reviews, at_least=DAYS + 1))

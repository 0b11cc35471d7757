"""Look up the submission or report that a URL names, and return URLs for them."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from investigate.reviews.models import Report, Submission
from investigate.reviews.selectors import reports_all, submissions_all
from investigate.reviews.services import ReviewItem, item_key


class KindConverter:
    """Django path converter for the first path segment of a submission's or report's URL."""

    regex = "submissions|phishguard"

    def to_python(self, value: str) -> str:
        """Return the part as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the part as it is."""
        return value


def find_submission(key: str) -> Submission:
    """Return the submission with this id on the configured backend. Raise Http404 if it is not in the mirror."""
    found = submissions_all().filter(submission_id=key).first()
    if found is None:
        raise Http404("There is no such submission, or it has not been mirrored yet.")
    return found


def find_report(key: str | int) -> Report:
    """Return the report with this number on the configured backend. Raise Http404 if it is not in the mirror."""
    number = int(key) if str(key).isdecimal() and len(str(key)) < 19 else -1
    found = reports_all().filter(report_id=number).first()
    if found is None:
        raise Http404("There is no such report, or it has not been mirrored yet.")
    return found


def find_item(kind: str, key: str) -> ReviewItem:
    """Return the submission or report that a URL names. Raise Http404 if it is not in the mirror."""
    return find_submission(key) if kind == "submissions" else find_report(key)


def url_of(thing: ReviewItem) -> str:
    """Return the URL of the page of a submission or report."""
    name = "reviews:submission" if isinstance(thing, Submission) else "reviews:report"
    return reverse(name, args=[item_key(thing)])

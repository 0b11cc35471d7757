"""From an address to the thing that it names."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from investigate.reviews.models import Report, Submission
from investigate.reviews.selectors import reports_all, submissions_all
from investigate.reviews.services import Thing, thing_key


class KindConverter:
    """The first part of the address of a submission or of a report."""

    regex = "submissions|phishguard"

    def to_python(self, value: str) -> str:
        """Return the part as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the part as it is."""
        return value


def find_submission(key: str) -> Submission:
    """Give the submission of this id on the configured backend. Raises Http404."""
    found = submissions_all().filter(submission_id=key).first()
    if found is None:
        raise Http404("There is no such submission, or it has not been mirrored yet.")
    return found


def find_report(key: str | int) -> Report:
    """Give the report of this number on the configured backend. Raises Http404."""
    number = int(key) if str(key).isdecimal() and len(str(key)) < 19 else -1
    found = reports_all().filter(report_id=number).first()
    if found is None:
        raise Http404("There is no such report, or it has not been mirrored yet.")
    return found


def find_thing(kind: str, key: str) -> Thing:
    """Give the submission or report that an address names. Raises Http404."""
    return find_submission(key) if kind == "submissions" else find_report(key)


def url_of(thing: Thing) -> str:
    """Give the address of its page."""
    name = "reviews:submission" if isinstance(thing, Submission) else "reviews:report"
    return reverse(name, args=[thing_key(thing)])

"""The console's models, each in the package of its subject."""

from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck

__all__ = ["AuditEntry", "Job", "JobItem", "JobOutcome", "SelectedMessage", "Selection", "SelectionCheck"]

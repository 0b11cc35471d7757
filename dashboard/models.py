"""Django models of the dashboard app, imported from the packages that define them."""

from dashboard.api_writes.models import WaitingWrites
from dashboard.audit.checkpoints import AuditCheckpoint
from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck
from dashboard.selfcheck.models import SelfCheck

__all__ = [
    "AuditCheckpoint",
    "AuditEntry",
    "Job",
    "JobItem",
    "JobOutcome",
    "SelectedMessage",
    "Selection",
    "SelectionCheck",
    "SelfCheck",
    "WaitingWrites",
]

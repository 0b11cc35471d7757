"""The dashboard's own rows that retention looks after: jobs and the audit trail."""

from datetime import datetime

from dashboard.audit.chain.cutting import cut_slice
from dashboard.jobs.models import Job, JobItem
from dashboard.retention.registry import Rule, delete_with_children, register_rule


def _jobs(before: datetime) -> tuple[int, bool]:
    return delete_with_children(Job.objects.filter(finished_at__lt=before).order_by("finished_at"), (JobItem, "job"))


register_rule(Rule("jobs", "GATEHOUSE_JOB_DAYS", _jobs))
register_rule(Rule("audit entries", "GATEHOUSE_AUDIT_DAYS", cut_slice))

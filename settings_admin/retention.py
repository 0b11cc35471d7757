"""The rows of settings_admin that retention looks after: runs over policies, and replays. Their history is kept."""

from datetime import datetime

from dashboard.retention.registry import Rule, delete_with_children, register_rule
from settings_admin.replay.models import Replay, ReplayHit
from settings_admin.runs.models import Run, RunLine


def _runs(before: datetime) -> tuple[int, bool]:
    count, more = delete_with_children(
        Run.objects.filter(finished_at__lt=before).order_by("finished_at"), (RunLine, "run")
    )
    if more:
        return count, True
    replays = Replay._base_manager.filter(created_at__lt=before, finished_at__isnull=False).order_by("created_at")
    return delete_with_children(replays, (ReplayHit, "replay"))


def register_rules() -> None:
    """Have retention look after these rows."""
    register_rule(Rule("policy runs and replays", "GATEHOUSE_POLICY_RUN_DAYS", _runs))

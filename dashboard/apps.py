"""Django configuration of the dashboard app."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DashboardConfig(AppConfig):
    """App for the audit trail, users, jobs and the page frame of the console."""

    name = "dashboard"

    def ready(self) -> None:
        """Import the modules that connect the audit signals and register walk handlers and badges of jobs."""
        import_module("dashboard.audit.signals")
        import_module("dashboard.checks")
        import_module("dashboard.retention.rules")
        import_module("dashboard.rights.checks")
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="audit_triggers")
        import_module("dashboard.jobs.selections.registration")
        import_module("dashboard.jobs.badges")
        import_module("dashboard.api_writes.badges")


def _install_triggers(using: str, **_signal: Any) -> None:
    if using == "default":
        import_module("dashboard.audit.chain.triggers").install(using=using)

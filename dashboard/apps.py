"""The dashboard app."""

from importlib import import_module

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Project, shell, people, audit trail and jobs."""

    name = "dashboard"

    def ready(self) -> None:
        """Connect the audit trail to signing in and out, and say who takes what walks find."""
        import_module("dashboard.audit.signals")
        import_module("dashboard.jobs.selections.registration")
        import_module("dashboard.jobs.badges")

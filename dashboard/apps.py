"""Django configuration of the dashboard app."""

from importlib import import_module

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """App for the audit trail, users, jobs and the page frame of the console."""

    name = "dashboard"

    def ready(self) -> None:
        """Import the modules that connect the audit signals and register walk handlers and badges of jobs."""
        import_module("dashboard.audit.signals")
        import_module("dashboard.rights.checks")
        import_module("dashboard.jobs.selections.registration")
        import_module("dashboard.jobs.badges")

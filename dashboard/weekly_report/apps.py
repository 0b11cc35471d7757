"""App config of the weekly report."""

from django.apps import AppConfig


class WeeklyReportConfig(AppConfig):
    """App with the weekly report: when it is sent, and to whom."""

    name = "dashboard.weekly_report"
    label = "weekly_report"

"""App config of reviews."""

from importlib import import_module

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """App with the mirror of submissions and PhishGuard reports, and the team's claims, notes and closings."""

    name = "investigate.reviews"
    label = "reviews"

    def ready(self) -> None:
        """Register the badge of overdue submissions and the figures for the overview."""
        import_module("investigate.submissions.badges")
        import_module("investigate.submissions.weekly")

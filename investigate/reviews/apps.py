"""The app of what reviewers follow."""

from importlib import import_module

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Submissions and PhishGuard reports, mirrored from the API, and what the team does about them."""

    name = "investigate.reviews"
    label = "reviews"

    def ready(self) -> None:
        """Tell the shell of the badge and the overview of the figures that this app gives."""
        import_module("investigate.submissions.badges")

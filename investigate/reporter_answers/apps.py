"""App config of answers to reporters."""

from importlib import import_module

from django.apps import AppConfig


class ReporterAnswersConfig(AppConfig):
    """App with what people are told who reported mail, and the team's settings for it."""

    name = "investigate.reporter_answers"
    label = "reporter_answers"

    def ready(self) -> None:
        """Register what retention looks after."""
        import_module("investigate.reporter_answers.retention")

"""App config of recipients' requests."""

from importlib import import_module

from django.apps import AppConfig


class ReleaseRequestsConfig(AppConfig):
    """App with what recipients ask of held mail, the queue in which the team decides, and the answers."""

    name = "investigate.release_requests"
    label = "release_requests"

    def ready(self) -> None:
        """Register the badge, and what retention looks after."""
        import_module("investigate.release_requests.badges")
        import_module("investigate.release_requests.retention")

"""Django configuration of the people app: what Gatehouse stores of people beside Django's own users."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """App for sessions, known addresses and what is due at the next sign-in."""

    name = "dashboard.people"
    label = "people"

    def ready(self) -> None:
        """Connect the signals of sign-in and second factors."""
        import_module("dashboard.people.signals")
        import_module("dashboard.people.second_factors.signals")

"""Django app configuration of the gateway."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The gateway app: receives, judges, holds and delivers mail, and serves the API."""

    name = "gateway"

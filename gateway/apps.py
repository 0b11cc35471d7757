"""The gateway app."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Takes mail in, judges it, holds it, delivers it, and serves the API."""

    name = "gateway"

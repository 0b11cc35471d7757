"""Django configuration of the app."""

from django.apps import AppConfig


class AccountLinksConfig(AppConfig):
    """App for the links between accounts that may be one person's."""

    name = "dashboard.account_links"
    label = "account_links"

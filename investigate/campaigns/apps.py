"""App config of campaigns."""

from importlib import import_module

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """App with the campaigns: mail that belongs together, found by walking the API, and what people changed by hand."""

    name = "investigate.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """Register the walk that reads mail, and what retention looks after."""
        models, reading, registry, retention = (
            import_module(name)
            for name in (
                "investigate.campaigns.models",
                "investigate.campaigns.reading",
                "dashboard.walking.registry",
                "investigate.campaigns.retention",
            )
        )
        registry.register_walk(models.CampaignWalk, reading.CampaignConsumer())
        retention.register_rules()

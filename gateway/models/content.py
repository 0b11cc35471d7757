"""Settings about what mail says: content policies, and links that are left alone."""

from django.db import models

from gateway.models.setting import Setting


class ContentPolicy(Setting):
    """Mail whose subject or body a regular expression finds is malicious, while the policy is enabled."""

    name = models.CharField(max_length=256)
    pattern = models.CharField(max_length=1024)
    targets = models.JSONField(default=list)
    enabled = models.BooleanField()
    notes = models.TextField(null=True)  # noqa: DJ001 - the contract tells null from an empty note

    def __str__(self) -> str:
        return self.name

    def identity(self) -> tuple[str, ...]:
        """Return the name: people tell policies apart by it."""
        return (self.name.casefold(),)


class UrlIgnorePattern(Setting):
    """A regular expression for whole URLs that the detectors leave alone."""

    pattern = models.CharField(max_length=1024)
    comments = models.TextField(null=True)  # noqa: DJ001 - the contract tells null from an empty comment

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the expression as it is written."""
        return (self.pattern,)

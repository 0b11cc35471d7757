"""Settings about the content of mail: content policies, and patterns of URLs that the detectors ignore."""

from django.db import models

from gateway.models.setting import Setting


class ContentPolicy(Setting):
    """A regular expression for subject or body. Mail that it matches is malicious while the policy is enabled."""

    name = models.CharField(max_length=256)
    pattern = models.CharField(max_length=1024)
    targets = models.JSONField(default=list)
    enabled = models.BooleanField()
    notes = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty note

    def __str__(self) -> str:
        return self.name

    def identity(self) -> tuple[str, ...]:
        """Return the name without regard to case, since users identify policies by name."""
        return (self.name.casefold(),)


class UrlIgnorePattern(Setting):
    """A regular expression for whole URLs that the detectors ignore."""

    pattern = models.CharField(max_length=1024)
    comments = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the expression unchanged."""
        return (self.pattern,)

"""Domains whose mail must come over TLS."""

from django.db import models

from gateway.models.setting import Setting
from gateway.policies.patterns import host_key


class SendingDomainRestriction(Setting):
    """A sending domain that requires TLS; `exclude` are subdomains that don't."""

    domain = models.CharField(max_length=253)
    exclude = models.JSONField(default=list)
    comments = models.TextField(null=True)  # noqa: DJ001 - the contract tells null from an empty comment

    def __str__(self) -> str:
        return self.domain

    def identity(self) -> tuple[str, ...]:
        """Return the domain in the spelling that all its spellings share."""
        return (host_key(self.domain),)

"""Sending domain restrictions: domains whose mail must arrive over TLS."""

from django.db import models

from gateway.models.setting import Setting
from gateway.policies.patterns import host_key


class SendingDomainRestriction(Setting):
    """A sending domain that requires TLS. `exclude` lists subdomains that don't require it."""

    domain = models.CharField(max_length=253)
    exclude = models.JSONField(default=list)
    comments = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment

    def __str__(self) -> str:
        return self.domain

    def identity(self) -> tuple[str, ...]:
        """Return the domain in canonical form (see `host_key`)."""
        return (host_key(self.domain),)

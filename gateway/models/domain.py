"""Protected domains: the domains whose mail the gateway judges."""

from django.db import models

from gateway.models.setting import Setting
from gateway.policies.patterns import host_key


class Domain(Setting):
    """A protected domain. Its addresses count as the organisation's own.

    Mail with one of the `drop_dispositions` is held for the domain's recipients. `txt_value` is the value that proves
    ownership in a DNS TXT record, empty for a domain that needs no proof. `spf_status`, `dmarc_status` and
    `is_verified` are what DNS said at `dns_checked_at` (`gateway.domain_checks`), empty and None before; `dns_due_at`
    is the time to look again.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING"
        ACTIVE = "ACTIVE"
        FAILED = "FAILED"
        TIMEOUT = "TIMEOUT"

    domain = models.CharField(max_length=253)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.ACTIVE)
    txt_value = models.CharField(max_length=64, blank=True, default="")
    allowed_delivery_modes = models.JSONField(default=list)
    drop_dispositions = models.JSONField(default=list)
    ip_restrictions = models.JSONField(default=list)
    regions = models.JSONField(default=list)
    folder = models.CharField(max_length=8, null=True)  # noqa: DJ001 - null in the API, here and below
    integration_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - see above
    lookback_hops = models.PositiveSmallIntegerField(null=True)
    require_tls_inbound = models.BooleanField(null=True)
    require_tls_outbound = models.BooleanField(null=True)
    transport = models.CharField(max_length=253, null=True)  # noqa: DJ001 - see above
    spf_status = models.CharField(max_length=10, blank=True, default="")
    dmarc_status = models.CharField(max_length=10, blank=True, default="")
    is_verified = models.BooleanField(null=True)
    dns_checked_at = models.DateTimeField(null=True)
    dns_due_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.domain

    def identity(self) -> tuple[str, ...]:
        """Return the domain in canonical form (see `host_key`)."""
        return (host_key(self.domain),)

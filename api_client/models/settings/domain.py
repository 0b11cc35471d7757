"""Models of protected domains and of their ownership verification."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import NEVER_NULL, NOVEMBER_2026, Ended, UtcDatetime, WireModel


class DomainAuthorization(WireModel):
    """Whether the mail provider lets the service act on the domain's mailboxes."""

    authorized: bool
    timestamp: UtcDatetime
    status_message: str | None = None


class EmailsProcessed(WireModel):
    """How many messages a domain had, and how many in the time before."""

    timestamp: UtcDatetime
    total_emails_processed: int
    total_emails_processed_previous: int


class Domain(WireModel):
    """A protected domain.

    `status` is a DomainStatus in upper or lower case, `allowed_delivery_modes` holds DeliveryMode, `drop_dispositions`
    Disposition, `regions` Region, or newer values of each.
    """

    id: str | None = None
    allowed_delivery_modes: list[str] | None = None
    authorization: DomainAuthorization | None = None
    created_at: UtcDatetime | None = None
    dmarc_status: str | None = None
    domain: str | None = None
    drop_dispositions: list[str] | None = None
    emails_processed: EmailsProcessed | None = None
    folder: str | None = None
    inbox_provider: str | None = None
    integration_id: str | None = None
    ip_restrictions: list[str] | None = None
    last_modified: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "modified_at")] = None
    lookback_hops: Annotated[int | None, NEVER_NULL] = None
    modified_at: UtcDatetime | None = None
    o365_tenant_id: str | None = None
    regions: list[str] | None = None
    require_tls_inbound: bool | None = None
    require_tls_outbound: bool | None = None
    spf_status: str | None = None
    status: str | None = None
    transport: Annotated[str | None, NEVER_NULL] = None


class DomainVerification(WireModel):
    """The TXT record that proves a domain's ownership, and how that stands."""

    txt_record_name: str
    txt_record_value: str
    last_checked_at: UtcDatetime | None = None
    status: str | None = None

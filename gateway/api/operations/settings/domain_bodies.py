"""Query parameters and request bodies of the operations on protected domains, and the check of a domain."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, RootModel, StringConstraints

from api_client import models as contract
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import (
    MOST_ENTRIES,
    OMITTED,
    Batch,
    BatchAnswer,
    Flag,
    Line,
    Named,
    SearchQuery,
    Whole,
)
from gateway.models import Domain
from gateway.policies.patterns import BadPattern, check_domain, network_key

Mode = Literal["DIRECT", "BCC", "JOURNAL", "API", "RETRO_SCAN"]
Disposition = Literal[
    "MALICIOUS", "MALICIOUS-BEC", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "ENCRYPTED", "EXTERNAL", "UNKNOWN", "NONE"
]
Region = Literal["GLOBAL", "AU", "DE", "IN", "US"]
Folder = Literal["AllItems", "Inbox"]
Status = Literal["PENDING", "ACTIVE", "FAILED", "TIMEOUT"]
Modes = Annotated[list[Mode], Field(max_length=20)]
Dispositions = Annotated[list[Disposition], Field(max_length=20)]
Regions = Annotated[list[Region], Field(max_length=20)]
Networks = Annotated[list[Line], Field(max_length=1000)]
Hops = Annotated[Whole, Field(ge=1, le=20)]
Integration = Annotated[str, StringConstraints(max_length=64)]
Host = Annotated[str, StringConstraints(max_length=253, pattern=r"^\S*$")]


def _upper(value: Any) -> Any:
    # SDKs before 5.7 send lower case.
    return value.upper() if isinstance(value, str) else value


class DomainQuery(SearchQuery):
    """Parameters of `GET /settings/domains`."""

    order: Literal["domain", "created_at"] | None = None
    active_delivery_mode: Mode | None = None
    allowed_delivery_mode: Mode | None = None
    domain: list[str] = []
    integration_id: str | None = None
    status: Annotated[Status | None, BeforeValidator(_upper)] = None


class ReplaceDomain(BaseModel):
    """`PUT /settings/domains/{domain_id}`: everything but the name, which stays."""

    allowed_delivery_modes: Modes
    drop_dispositions: Dispositions
    ip_restrictions: Networks
    regions: Regions
    folder: Folder | None = None
    integration_id: Integration | None = None
    lookback_hops: Hops | None = None
    require_tls_inbound: Flag | None = None
    require_tls_outbound: Flag | None = None
    transport: Host | None = None


class CreateDomain(ReplaceDomain):
    """`POST /settings/domains`."""

    domain: Line


class UpdateDomain(BaseModel):
    """`PATCH /settings/domains/{domain_id}`; `domain` is in the older reference only."""

    domain: Line = OMITTED
    allowed_delivery_modes: Modes = OMITTED
    drop_dispositions: Dispositions = OMITTED
    ip_restrictions: Networks = OMITTED
    regions: Regions = OMITTED
    folder: Folder | None = OMITTED
    integration_id: Integration | None = OMITTED
    lookback_hops: Hops = OMITTED
    require_tls_inbound: Flag = OMITTED
    require_tls_outbound: Flag = OMITTED
    transport: Host = OMITTED


class PatchDomain(UpdateDomain, Named):
    """A partial update in a batch."""


class PutDomain(ReplaceDomain, Named):
    """A replacement in a batch."""


class BatchDomains(Batch[CreateDomain, PatchDomain, PutDomain]):
    """`POST /settings/domains/batch`."""


class DomainsBatched(BatchAnswer[contract.Domain]):
    """What `POST /settings/domains/batch` answers with."""


class DeleteDomains(RootModel[Annotated[list[Named], Field(min_length=1, max_length=MOST_ENTRIES)]]):
    """`DELETE /settings/domains`: the domains by their ids."""


def check(row: Domain) -> Iterator[Fault]:
    """Yield what is wrong with a domain."""
    try:
        check_domain(row.domain)
    except BadPattern as error:
        yield Fault("domain", str(error))
    for index, text in enumerate(row.ip_restrictions):
        if network_key(text) is None:
            yield Fault(f"ip_restrictions/{index}", "must be an IPv4 or IPv6 address or a CIDR block")

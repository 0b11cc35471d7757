"""Protected domains: domains whose mail is judged, the dispositions held for them, and their proof of ownership."""

import secrets
from typing import cast

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpResponse

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Changes, Entry, Kind, batch, carry_out, replaced
from gateway.api.operations.settings.domain_bodies import (
    BatchDomains,
    CreateDomain,
    DeleteDomains,
    DomainQuery,
    DomainsBatched,
    ReplaceDomain,
    UpdateDomain,
    check,
)
from gateway.api.registry import Call, operation
from gateway.domain_checks.checking import record_name, record_value
from gateway.models import Domain, Token

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/domains"
_ONE = f"{_PATH}/{{domain_id}}"
# The gateway receives mail by SMTP, so this is the only delivery mode that it supports.
_ACTIVE_MODE = "DIRECT"
KIND = Kind("domain", Domain, "domain", check, blank=lambda: {"txt_value": secrets.token_hex(16)})


def shown(row: Domain) -> contract.Domain:
    """Return a domain as the contract has it; what only a mail provider could tell, and what DNS did not, is null."""
    return contract.Domain(
        id=str(row.pk),
        allowed_delivery_modes=row.allowed_delivery_modes,
        authorization=_authorization(row),
        dmarc_status=row.dmarc_status or None,
        spf_status=row.spf_status or None,
        created_at=row.created_at,
        domain=row.domain,
        drop_dispositions=row.drop_dispositions,
        folder=row.folder,
        integration_id=row.integration_id,
        ip_restrictions=row.ip_restrictions,
        last_modified=row.modified_at,
        lookback_hops=row.lookback_hops,
        modified_at=row.modified_at,
        regions=row.regions,
        require_tls_inbound=row.require_tls_inbound,
        require_tls_outbound=row.require_tls_outbound,
        status=row.status,
        transport=row.transport,
    )


def _authorization(row: Domain) -> contract.DomainAuthorization | None:
    """Return whether DNS shows that the domain is its operator's; None before it was looked up."""
    if row.dns_checked_at is None or not row.txt_value:
        return None
    says = "The TXT record proves the ownership." if row.is_verified else "The TXT record was not found."
    return contract.DomainAuthorization(
        authorized=bool(row.is_verified), timestamp=row.dns_checked_at, status_message=says
    )


@operation(
    "email_security_list_domains",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=DomainQuery,
    result=list[contract.Domain],
    pages=True,
)
def list_domains(call: Call) -> HttpResponse:
    """List protected domains; `search` looks into their names, `status` is taken in either case."""
    query = cast(DomainQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "domain")
    modes = {query.allowed_delivery_mode, query.active_delivery_mode} - {None}
    if query.active_delivery_mode not in {None, _ACTIVE_MODE}:
        found = found.none()
    found = found.annotate(modes=Cast("allowed_delivery_modes", TextField()))
    for mode in modes:
        found = found.filter(modes__contains=f'"{mode}"')
    if query.domain:
        found = found.filter(key__in=[Domain(domain=name).keyed().key for name in query.domain])
    if query.integration_id is not None:
        found = found.filter(integration_id=query.integration_id)
    if query.status is not None:
        found = found.filter(status=query.status)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_domain",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateDomain,
    result=contract.Domain,
    status=201,
)
def create_domain(call: Call) -> HttpResponse:
    """Protect a domain. The gateway belongs to who runs it, so the domain is active at once."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_delete_domains",
    "DELETE",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=DeleteDomains,
    result=list[contract.Deleted],
)
def delete_domains(call: Call) -> HttpResponse:
    """Stop protecting the domains that the body names: all or none. Deprecated, use the batch instead."""
    named = cast(DeleteDomains, call.body).root
    entries = [Entry(f"/{index}", entry.id) for index, entry in enumerate(named)]
    return answer(serving.deleted_ids(carry_out(KIND, call.account_id, Changes(deletes=entries))))


@operation(
    "email_security_batch_domains",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchDomains,
    result=DomainsBatched,
)
def batch_domains(call: Call) -> HttpResponse:
    """Delete, edit, replace and make domains: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation("email_security_get_domain", "GET", _ONE, scope=READ, right=Token.Right.POLICIES, result=contract.Domain)
def get_domain(call: Call) -> HttpResponse:
    """Give one domain."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_domain",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateDomain,
    result=contract.Domain,
)
def update_domain(call: Call) -> HttpResponse:
    """Set what is sent of one domain."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_replace_domain",
    "PUT",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=ReplaceDomain,
    result=contract.Domain,
)
def replace_domain(call: Call) -> HttpResponse:
    """Set everything of one domain but its name; what is not sent is unset."""
    entry = replaced(call.body, serving.identifier(KIND, call))
    return answer(shown(carry_out(KIND, call.account_id, Changes(puts=[entry])).puts[0]))


@operation(
    "email_security_delete_domain", "DELETE", _ONE, scope=WRITE, right=Token.Right.POLICIES, result=contract.Deleted
)
def delete_domain(call: Call) -> HttpResponse:
    """Stop protecting a domain."""
    return serving.delete(KIND, call)


@operation(
    "email_security_get_domain_verification",
    "GET",
    f"{_ONE}/verification",
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.DomainVerification,
    may_be_empty=True,
)
def get_domain_verification(call: Call) -> HttpResponse:
    """Give the TXT record that proves a domain's ownership.

    204 for a domain that was there before ownership was asked for. The worker looks the record up once an hour, and a
    new domain's within a minute; `status` is PENDING until it is found. The domain itself is active in either case.
    """
    row = serving.one(KIND, call)
    if not row.txt_value:
        empty = HttpResponse(status=204)
        del empty["Content-Type"]
        return empty
    return answer(
        contract.DomainVerification(
            txt_record_name=record_name(row.domain),
            txt_record_value=record_value(row),
            last_checked_at=row.dns_checked_at,
            status=Domain.Status.ACTIVE if row.is_verified else Domain.Status.PENDING,
        )
    )

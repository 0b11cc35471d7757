"""Sending domain restrictions: domains whose mail must arrive over TLS."""

from collections.abc import Iterator
from typing import Annotated, Literal, cast

from django.http import HttpResponse
from pydantic import BaseModel, Field

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Changes, Entry, Kind, carry_out
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import MOST_ENTRIES, OMITTED, Line, Named, SearchQuery, Text
from gateway.api.registry import Call, operation
from gateway.models import SendingDomainRestriction, Token
from gateway.policies.patterns import BadPattern, check_domain, host_key

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/sending_domain_restrictions"
_ONE = f"{_PATH}/{{sending_domain_restriction_id}}"
Subdomains = Annotated[list[Line], Field(max_length=1000)]


def _check(row: SendingDomainRestriction) -> Iterator[Fault]:
    try:
        check_domain(row.domain)
    except BadPattern as error:
        yield Fault("domain", str(error))
        return
    inside = f".{host_key(row.domain)}"
    for index, name in enumerate(row.exclude):
        try:
            check_domain(name)
            if not host_key(name).endswith(inside):
                raise BadPattern(f"must be a subdomain of {row.domain}")
        except BadPattern as error:
            yield Fault(f"exclude/{index}", str(error))


KIND = Kind("sending domain restriction", SendingDomainRestriction, "domain", _check)


class RestrictionQuery(SearchQuery):
    """Parameters of `GET /settings/sending_domain_restrictions`."""

    order: Literal["domain", "created_at"] | None = None


class CreateRestriction(BaseModel):
    """`POST /settings/sending_domain_restrictions`."""

    domain: Line
    exclude: Subdomains
    comments: Text | None = None


class UpdateRestriction(BaseModel):
    """`PATCH /settings/sending_domain_restrictions/{sending_domain_restriction_id}`."""

    domain: Line = OMITTED
    exclude: Subdomains = OMITTED
    comments: Text | None = OMITTED


class BatchRestrictions(BaseModel):
    """`POST /settings/sending_domain_restrictions/batch`: it only deletes."""

    deletes: Annotated[list[Named], Field(max_length=MOST_ENTRIES)]


class RestrictionsBatched(BaseModel):
    """What `POST /settings/sending_domain_restrictions/batch` answers with."""

    deletes: list[contract.Deleted]


def shown(row: SendingDomainRestriction) -> contract.SendingDomainRestriction:
    """Return a restriction as the contract has it."""
    return contract.SendingDomainRestriction(
        id=str(row.pk),
        comments=row.comments,
        created_at=row.created_at,
        domain=row.domain,
        exclude=row.exclude,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
    )


@operation(
    "email_security_list_sending_domain_restrictions",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=RestrictionQuery,
    result=list[contract.SendingDomainRestriction],
    pages=True,
)
def list_sending_domain_restrictions(call: Call) -> HttpResponse:
    """List sending domain restrictions; `search` looks into domains and comments."""
    query = cast(RestrictionQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "domain", "comments")
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_sending_domain_restriction",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateRestriction,
    result=contract.SendingDomainRestriction,
    status=201,
)
def create_sending_domain_restriction(call: Call) -> HttpResponse:
    """Require TLS of a sending domain: mail that comes without is refused, or SPOOF if an own server passed it on."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_batch_sending_domain_restrictions",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchRestrictions,
    result=RestrictionsBatched,
)
def batch_sending_domain_restrictions(call: Call) -> HttpResponse:
    """Delete sending domain restrictions: all or none."""
    body = cast(BatchRestrictions, call.body)
    entries = [Entry(f"/deletes/{index}", entry.id) for index, entry in enumerate(body.deletes)]
    done = carry_out(KIND, call.account_id, Changes(deletes=entries))
    return answer(RestrictionsBatched(deletes=serving.deleted_ids(done)))


@operation(
    "email_security_get_sending_domain_restriction",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.SendingDomainRestriction,
)
def get_sending_domain_restriction(call: Call) -> HttpResponse:
    """Give one sending domain restriction."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_sending_domain_restriction",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateRestriction,
    result=contract.SendingDomainRestriction,
)
def update_sending_domain_restriction(call: Call) -> HttpResponse:
    """Set what is sent of one sending domain restriction."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_sending_domain_restriction",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_sending_domain_restriction(call: Call) -> HttpResponse:
    """Stop requiring TLS of a sending domain."""
    return serving.delete(KIND, call)

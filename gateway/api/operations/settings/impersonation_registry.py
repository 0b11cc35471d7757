"""Impersonation registry: people whose display names attackers use."""

from collections.abc import Iterator
from typing import Annotated, Literal, cast

from django.http import HttpResponse
from pydantic import BaseModel, StringConstraints

from api_client import models as contract
from api_client.models import Ended
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Kind
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import OMITTED, Flag, Line, Number, SearchQuery, Text
from gateway.api.registry import Call, operation
from gateway.models import RegistryEntry, Token
from gateway.policies.patterns import BadPattern, check_address, check_expression

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/impersonation_registry"
_ONE = f"{_PATH}/{{impersonation_registry_id}}"
Provenance = Literal["A1S_INTERNAL", "SNOOPY-CASB_OFFICE_365", "SNOOPY-OFFICE_365", "SNOOPY-GOOGLE_DIRECTORY"]
Name = Annotated[str, StringConstraints(max_length=1024, min_length=1, pattern=r"\S")]


def _check(row: RegistryEntry) -> Iterator[Fault]:
    try:
        if row.is_email_regex:
            check_expression(row.email)
        else:
            check_address(row.email)
    except BadPattern as error:
        yield Fault("email", str(error))


def _locked(row: RegistryEntry) -> str | None:
    if not row.is_synchronised:
        return None
    return f"a directory keeps this entry ({row.provenance}); it can't be edited here"


KIND = Kind("impersonation registry entry", RegistryEntry, "email", _check, _locked)


class RegistryQuery(SearchQuery):
    """Parameters of `GET /settings/impersonation_registry`."""

    order: Literal["name", "email", "created_at"] | None = None
    provenance: Provenance | None = None


class CreateRegistryEntry(BaseModel):
    """`POST /settings/impersonation_registry`."""

    name: Name
    email: Line
    is_email_regex: Flag
    comments: Text | None = None
    directory_id: Number | None = None
    directory_node_id: Number | None = None
    external_directory_node_id: Annotated[Line | None, Ended()] = None
    provenance: Provenance | None = None


class UpdateRegistryEntry(BaseModel):
    """`PATCH /settings/impersonation_registry/{impersonation_registry_id}`."""

    name: Name = OMITTED
    email: Line = OMITTED
    is_email_regex: Flag = OMITTED
    comments: Text | None = OMITTED
    directory_id: Number | None = OMITTED
    directory_node_id: Number | None = OMITTED
    external_directory_node_id: Annotated[Line | None, Ended()] = OMITTED
    provenance: Provenance | None = OMITTED


def shown(row: RegistryEntry) -> contract.RegistryEntry:
    """Return an entry as the contract has it."""
    return contract.RegistryEntry(
        id=str(row.pk),
        comments=row.comments,
        created_at=row.created_at,
        directory_id=row.directory_id,
        directory_node_id=row.directory_node_id,
        email=row.email,
        external_directory_node_id=row.external_directory_node_id,
        is_email_regex=row.is_email_regex,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
        name=row.name,
        provenance=row.provenance,
    )


@operation(
    "email_security_list_impersonation_registry",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=RegistryQuery,
    result=list[contract.RegistryEntry],
    pages=True,
)
def list_impersonation_registry(call: Call) -> HttpResponse:
    """List the impersonation registry; `search` looks into names, addresses and comments."""
    query = cast(RegistryQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "name", "email", "comments")
    if query.provenance is not None:
        found = found.filter(provenance=query.provenance)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_impersonation_registry",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateRegistryEntry,
    result=contract.RegistryEntry,
    status=201,
)
def create_impersonation_registry(call: Call) -> HttpResponse:
    """Protect a person's name."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_get_impersonation_registry",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.RegistryEntry,
)
def get_impersonation_registry(call: Call) -> HttpResponse:
    """Give one entry of the impersonation registry."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_impersonation_registry",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateRegistryEntry,
    result=contract.RegistryEntry,
)
def update_impersonation_registry(call: Call) -> HttpResponse:
    """Set what is sent of one entry. What a directory synchronised is refused."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_impersonation_registry",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_impersonation_registry(call: Call) -> HttpResponse:
    """Stop protecting a person's name."""
    return serving.delete(KIND, call)

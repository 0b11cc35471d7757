"""Trusted domains: domains that may resemble a protected one or be newly registered."""

from collections.abc import Iterator
from typing import Any, Literal, cast

from django.http import HttpResponse
from pydantic import BaseModel, GetJsonSchemaHandler, RootModel, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Changes, Kind, batch, carry_out, created
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import OMITTED, Batch, BatchAnswer, Flag, Line, Named, SearchQuery, Text
from gateway.api.params import Flag as QueryFlag
from gateway.api.problems import BAD_BODY
from gateway.api.reading import validated
from gateway.api.registry import Call, operation
from gateway.models import Token, TrustedDomain
from gateway.policies.patterns import BadPattern, PatternType, check

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/trusted_domains"
_ONE = f"{_PATH}/{{trusted_domain_id}}"


def _check(row: TrustedDomain) -> Iterator[Fault]:
    try:
        check(row.pattern, PatternType.DOMAIN, is_regex=row.is_regex)
    except BadPattern as error:
        yield Fault("pattern", str(error))


KIND = Kind("trusted domain", TrustedDomain, "pattern", _check)


class TrustedDomainQuery(SearchQuery):
    """Parameters of `GET /settings/trusted_domains`."""

    order: Literal["pattern", "created_at"] | None = None
    pattern: str | None = None
    is_recent: QueryFlag | None = None
    is_similarity: QueryFlag | None = None


class CreateTrustedDomain(BaseModel):
    """One trusted domain of `POST /settings/trusted_domains`."""

    pattern: Line
    is_regex: Flag
    is_recent: Flag
    is_similarity: Flag
    comments: Text | None = None


class CreateTrustedDomains(RootModel[list[CreateTrustedDomain]]):
    """Several at once, as older SDKs send them: all or none."""


_EITHER: TypeAdapter[Any] = TypeAdapter(CreateTrustedDomain | list[CreateTrustedDomain])


class CreateTrustedDomainBody(RootModel[Any]):
    """`POST /settings/trusted_domains`: one entry, or an array of them; which of both is known when it is read."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(_EITHER.core_schema)


class UpdateTrustedDomain(BaseModel):
    """`PATCH /settings/trusted_domains/{trusted_domain_id}`."""

    pattern: Line = OMITTED
    is_regex: Flag = OMITTED
    is_recent: Flag = OMITTED
    is_similarity: Flag = OMITTED
    comments: Text | None = OMITTED


class PatchTrustedDomain(UpdateTrustedDomain, Named):
    """A partial update in a batch."""


class PutTrustedDomain(CreateTrustedDomain, Named):
    """A replacement in a batch."""


class BatchTrustedDomains(Batch[CreateTrustedDomain, PatchTrustedDomain, PutTrustedDomain]):
    """`POST /settings/trusted_domains/batch`."""


class TrustedDomainsBatched(BatchAnswer[contract.TrustedDomain]):
    """What `POST /settings/trusted_domains/batch` answers with."""


def shown(row: TrustedDomain) -> contract.TrustedDomain:
    """Return a trusted domain as the contract has it."""
    return contract.TrustedDomain(
        id=str(row.pk),
        comments=row.comments,
        created_at=row.created_at,
        is_recent=row.is_recent,
        is_regex=row.is_regex,
        is_similarity=row.is_similarity,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
        pattern=row.pattern,
    )


@operation(
    "email_security_list_trusted_domains",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=TrustedDomainQuery,
    result=list[contract.TrustedDomain],
    pages=True,
)
def list_trusted_domains(call: Call) -> HttpResponse:
    """List trusted domains; `search` looks into patterns and comments."""
    query = cast(TrustedDomainQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "pattern", "comments")
    if query.pattern is not None:
        found = found.filter(pattern__iexact=query.pattern)
    if query.is_recent is not None:
        found = found.filter(is_recent=query.is_recent)
    if query.is_similarity is not None:
        found = found.filter(is_similarity=query.is_similarity)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_trusted_domain",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateTrustedDomainBody,
    result=contract.TrustedDomain | list[contract.TrustedDomain],
    status=201,
)
def create_trusted_domain(call: Call) -> HttpResponse:
    """Trust a domain, or several. An array is answered with an array."""
    data = cast(CreateTrustedDomainBody, call.body).root
    if isinstance(data, list):
        many = validated(CreateTrustedDomains, data, code=BAD_BODY, prefix="/").root
        posts = [created(entry, f"/{index}") for index, entry in enumerate(many)]
        done = carry_out(KIND, call.account_id, Changes(posts=posts))
        return answer([shown(row) for row in done.posts], status=201)
    one = validated(CreateTrustedDomain, data, code=BAD_BODY, prefix="/")
    done = carry_out(KIND, call.account_id, Changes(posts=[created(one)]))
    return answer(shown(done.posts[0]), status=201)


@operation(
    "email_security_batch_trusted_domains",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchTrustedDomains,
    result=TrustedDomainsBatched,
)
def batch_trusted_domains(call: Call) -> HttpResponse:
    """Delete, edit, replace and make trusted domains: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation(
    "email_security_get_trusted_domain",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.TrustedDomain,
)
def get_trusted_domain(call: Call) -> HttpResponse:
    """Give one trusted domain."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_trusted_domain",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateTrustedDomain,
    result=contract.TrustedDomain,
)
def update_trusted_domain(call: Call) -> HttpResponse:
    """Set what is sent of one trusted domain."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_trusted_domain",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_trusted_domain(call: Call) -> HttpResponse:
    """Stop trusting a domain."""
    return serving.delete(KIND, call)

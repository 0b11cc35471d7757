"""Content policies: regular expressions that are searched for in subject and body."""

from collections.abc import Iterator
from typing import Annotated, Literal, cast

from django.http import HttpResponse
from pydantic import BaseModel, Field, StringConstraints

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Kind, batch, carry_out
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import OMITTED, Batch, BatchAnswer, Flag, Line, Named, SearchQuery, Text
from gateway.api.params import Flag as QueryFlag
from gateway.api.registry import Call, operation
from gateway.models import ContentPolicy, Token
from gateway.policies.patterns import BadPattern, check_expression
from policy_patterns.content import check_content_expression
from policy_patterns.dialect import NotInDialect
from policy_patterns.expressions import BadExpression

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/content_policies"
_ONE = f"{_PATH}/{{policy_id}}"
Name = Annotated[str, StringConstraints(max_length=256, min_length=1, pattern=r"\S")]
Targets = Annotated[list[Literal["SUBJECT", "BODY"]], Field(min_length=1, max_length=2)]


def _check(row: ContentPolicy) -> Iterator[Fault]:
    try:
        check_expression(row.pattern)
    except BadPattern as error:
        yield Fault("pattern", str(error))


def _check_changed(row: ContentPolicy, changed: frozenset[str]) -> Iterator[Fault]:
    """Yield what the dialect refuses. Policies of an earlier release that are outside of it may keep their pattern."""
    if "pattern" not in changed:
        return
    try:
        check_content_expression(row.pattern)
    except NotInDialect as error:
        yield Fault("pattern", f"{error}, at character {error.at + 1}")
    except BadExpression as error:
        yield Fault("pattern", str(error))


KIND = Kind("content policy", ContentPolicy, "name", _check, check_changed=_check_changed)


class ContentPolicyQuery(SearchQuery):
    """Parameters of `GET /settings/content_policies`."""

    order: Literal["name", "created_at"] | None = None
    enabled: QueryFlag | None = None
    name: str | None = None


class CreateContentPolicy(BaseModel):
    """`POST /settings/content_policies`."""

    name: Name
    pattern: Line
    targets: Targets
    enabled: Flag
    notes: Text | None = None


class UpdateContentPolicy(BaseModel):
    """`PATCH /settings/content_policies/{policy_id}`."""

    name: Name = OMITTED
    pattern: Line = OMITTED
    targets: Targets = OMITTED
    enabled: Flag = OMITTED
    notes: Text | None = OMITTED


class PatchContentPolicy(UpdateContentPolicy, Named):
    """A partial update in a batch."""


class PutContentPolicy(CreateContentPolicy, Named):
    """A replacement in a batch."""


class BatchContentPolicies(Batch[CreateContentPolicy, PatchContentPolicy, PutContentPolicy]):
    """`POST /settings/content_policies/batch`."""


class ContentPoliciesBatched(BatchAnswer[contract.ContentPolicy]):
    """What `POST /settings/content_policies/batch` answers with."""


def shown(row: ContentPolicy) -> contract.ContentPolicy:
    """Return a content policy as the contract has it."""
    return contract.ContentPolicy(
        id=str(row.pk),
        created_at=row.created_at,
        enabled=row.enabled,
        modified_at=row.modified_at,
        name=row.name,
        notes=row.notes,
        pattern=row.pattern,
        targets=row.targets,
    )


@operation(
    "email_security_list_content_policies",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=ContentPolicyQuery,
    result=list[contract.ContentPolicy],
    pages=True,
)
def list_content_policies(call: Call) -> HttpResponse:
    """List content policies; `search` looks into names, patterns and notes."""
    query = cast(ContentPolicyQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "name", "pattern", "notes")
    if query.enabled is not None:
        found = found.filter(enabled=query.enabled)
    if query.name is not None:
        found = found.filter(name__iexact=query.name)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_content_policy",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateContentPolicy,
    result=contract.ContentPolicy,
    status=201,
)
def create_content_policy(call: Call) -> HttpResponse:
    """Make a content policy: mail that meets it is malicious."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_batch_content_policies",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchContentPolicies,
    result=ContentPoliciesBatched,
)
def batch_content_policies(call: Call) -> HttpResponse:
    """Delete, edit, replace and make content policies: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation(
    "email_security_get_content_policy",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.ContentPolicy,
)
def get_content_policy(call: Call) -> HttpResponse:
    """Give one content policy."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_content_policy",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateContentPolicy,
    result=contract.ContentPolicy,
)
def update_content_policy(call: Call) -> HttpResponse:
    """Set what is sent of one content policy."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_content_policy",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_content_policy(call: Call) -> HttpResponse:
    """Delete a content policy."""
    return serving.delete(KIND, call)

"""URL ignore patterns: regular expressions for URLs that the detectors ignore."""

from collections.abc import Iterator
from typing import cast

from django.http import HttpResponse
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Kind, batch, carry_out
from gateway.api.operations.settings.faults import Fault
from gateway.api.operations.settings.reading import OMITTED, Batch, BatchAnswer, Line, ListQuery, Named, Text
from gateway.api.registry import Call, operation
from gateway.models import Token, UrlIgnorePattern
from gateway.policies.patterns import BadPattern, check_expression

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/url_ignore_patterns"
_ONE = f"{_PATH}/{{pattern_id}}"


def _check(row: UrlIgnorePattern) -> Iterator[Fault]:
    try:
        check_expression(row.pattern)
    except BadPattern as error:
        yield Fault("pattern", str(error))


KIND = Kind("URL ignore pattern", UrlIgnorePattern, "pattern", _check)


class CreateUrlIgnorePattern(BaseModel):
    """`POST /settings/url_ignore_patterns`."""

    pattern: Line
    comments: Text | None = None


class UpdateUrlIgnorePattern(BaseModel):
    """`PATCH /settings/url_ignore_patterns/{pattern_id}`."""

    pattern: Line = OMITTED
    comments: Text | None = OMITTED


class PatchUrlIgnorePattern(UpdateUrlIgnorePattern, Named):
    """A partial update in a batch."""


class PutUrlIgnorePattern(CreateUrlIgnorePattern, Named):
    """A replacement in a batch."""


class BatchUrlIgnorePatterns(Batch[CreateUrlIgnorePattern, PatchUrlIgnorePattern, PutUrlIgnorePattern]):
    """`POST /settings/url_ignore_patterns/batch`."""


class UrlIgnorePatternsBatched(BatchAnswer[contract.UrlIgnorePattern]):
    """What `POST /settings/url_ignore_patterns/batch` answers with."""


def shown(row: UrlIgnorePattern) -> contract.UrlIgnorePattern:
    """Return a pattern as the contract has it."""
    return contract.UrlIgnorePattern(
        id=str(row.pk),
        created_at=row.created_at,
        pattern=row.pattern,
        comments=row.comments,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
    )


@operation(
    "email_security_list_url_ignore_patterns",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=ListQuery,
    result=list[contract.UrlIgnorePattern],
    pages=True,
)
def list_url_ignore_patterns(call: Call) -> HttpResponse:
    """List URL ignore patterns, newest first."""
    query = cast(ListQuery, call.params)
    return serving.listed(serving.rows(KIND, call).order_by("-created_at", "-pk"), query, shown)


@operation(
    "email_security_create_url_ignore_pattern",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateUrlIgnorePattern,
    result=contract.UrlIgnorePattern,
    status=201,
)
def create_url_ignore_pattern(call: Call) -> HttpResponse:
    """Leave links alone whose whole URL the expression matches."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_batch_url_ignore_patterns",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchUrlIgnorePatterns,
    result=UrlIgnorePatternsBatched,
)
def batch_url_ignore_patterns(call: Call) -> HttpResponse:
    """Delete, edit, replace and make URL ignore patterns: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation(
    "email_security_get_url_ignore_pattern",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.UrlIgnorePattern,
)
def get_url_ignore_pattern(call: Call) -> HttpResponse:
    """Give one URL ignore pattern."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_url_ignore_pattern",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateUrlIgnorePattern,
    result=contract.UrlIgnorePattern,
)
def update_url_ignore_pattern(call: Call) -> HttpResponse:
    """Set what is sent of one URL ignore pattern."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_url_ignore_pattern",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_url_ignore_pattern(call: Call) -> HttpResponse:
    """Delete a URL ignore pattern."""
    return serving.delete(KIND, call)

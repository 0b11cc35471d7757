"""Blocked senders: mail from them is malicious, regardless of what the detectors find."""

from typing import Literal, cast

from django.http import HttpResponse
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Kind, batch, carry_out
from gateway.api.operations.settings.reading import OMITTED, Batch, BatchAnswer, Flag, Line, Named, SearchQuery, Text
from gateway.api.operations.settings.senders import AnyType, Settable, check_pattern
from gateway.api.registry import Call, operation
from gateway.models import BlockedSender, Token

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/block_senders"
_ONE = f"{_PATH}/{{pattern_id}}"
KIND = Kind("blocked sender", BlockedSender, "pattern", check_pattern)


class BlockedSenderQuery(SearchQuery):
    """Parameters of `GET /settings/block_senders`."""

    order: Literal["pattern", "created_at"] | None = None
    pattern: str | None = None
    pattern_type: AnyType | None = None


class CreateBlockedSender(BaseModel):
    """`POST /settings/block_senders`."""

    pattern: Line
    pattern_type: Settable
    is_regex: Flag
    comments: Text | None = None


class UpdateBlockedSender(BaseModel):
    """`PATCH /settings/block_senders/{pattern_id}`."""

    pattern: Line = OMITTED
    pattern_type: Settable = OMITTED
    is_regex: Flag = OMITTED
    comments: Text | None = OMITTED


class PatchBlockedSender(UpdateBlockedSender, Named):
    """A partial update in a batch."""


class PutBlockedSender(CreateBlockedSender, Named):
    """A replacement in a batch."""


class BatchBlockedSenders(Batch[CreateBlockedSender, PatchBlockedSender, PutBlockedSender]):
    """`POST /settings/block_senders/batch`."""


class BlockedSendersBatched(BatchAnswer[contract.BlockedSender]):
    """What `POST /settings/block_senders/batch` answers with."""


def shown(row: BlockedSender) -> contract.BlockedSender:
    """Return a blocked sender as the contract has it."""
    return contract.BlockedSender(
        id=str(row.pk),
        comments=row.comments,
        created_at=row.created_at,
        is_regex=row.is_regex,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
        pattern=row.pattern,
        pattern_type=row.pattern_type,
    )


@operation(
    "email_security_list_blocked_senders",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=BlockedSenderQuery,
    result=list[contract.BlockedSender],
    pages=True,
)
def list_blocked_senders(call: Call) -> HttpResponse:
    """List blocked senders; `search` looks into patterns and comments."""
    query = cast(BlockedSenderQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "pattern", "comments")
    if query.pattern is not None:
        found = found.filter(pattern__iexact=query.pattern)
    if query.pattern_type is not None:
        found = found.filter(pattern_type=query.pattern_type)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_blocked_sender",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateBlockedSender,
    result=contract.BlockedSender,
    status=201,
)
def create_blocked_sender(call: Call) -> HttpResponse:
    """Block a sender."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_batch_blocked_senders",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchBlockedSenders,
    result=BlockedSendersBatched,
)
def batch_blocked_senders(call: Call) -> HttpResponse:
    """Delete, edit, replace and block senders: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation(
    "email_security_get_blocked_sender",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.POLICIES,
    result=contract.BlockedSender,
)
def get_blocked_sender(call: Call) -> HttpResponse:
    """Give one blocked sender."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_blocked_sender",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateBlockedSender,
    result=contract.BlockedSender,
)
def update_blocked_sender(call: Call) -> HttpResponse:
    """Set what is sent of one blocked sender."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_blocked_sender",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_blocked_sender(call: Call) -> HttpResponse:
    """Unblock a sender."""
    return serving.delete(KIND, call)

"""Allow policies: senders and recipients that are exempt from detections."""

from typing import Any, ClassVar, Literal, cast

from django.http import HttpResponse
from pydantic import AliasChoices, BaseModel, Field

from api_client import models as contract
from api_client.models import JULY_2026, Ended
from gateway.api.answers import answer
from gateway.api.operations.settings import serving
from gateway.api.operations.settings.changes import Kind, batch, carry_out
from gateway.api.operations.settings.reading import (
    OMITTED,
    Batch,
    BatchAnswer,
    Flag,
    Line,
    Named,
    SearchQuery,
    Text,
    omitted,
)
from gateway.api.operations.settings.senders import AnyType, Settable, check_pattern
from gateway.api.params import Flag as QueryFlag
from gateway.api.registry import Call, operation
from gateway.models import AllowPolicy, Token

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/settings/allow_policies"
_ONE = f"{_PATH}/{{policy_id}}"
KIND = Kind("allow policy", AllowPolicy, "pattern", check_pattern)
_FLAGS = ("is_acceptable_sender", "is_exempt_recipient", "is_trusted_sender", "verify_sender")

# The field names used before July 2025 are still accepted. If both names are sent, the newer one counts.
_ACCEPTABLE = AliasChoices("is_acceptable_sender", "is_spoof")
_EXEMPT = AliasChoices("is_exempt_recipient", "is_recipient")
_TRUSTED = AliasChoices("is_trusted_sender", "is_sender")
_EARLIER = {
    "is_spoof": Ended(JULY_2026, "is_acceptable_sender"),
    "is_recipient": Ended(JULY_2026, "is_exempt_recipient"),
    "is_sender": Ended(JULY_2026, "is_trusted_sender"),
}


class AllowPolicyQuery(SearchQuery):
    """Parameters of `GET /settings/allow_policies`."""

    order: Literal["pattern", "created_at"] | None = None
    pattern: str | None = None
    pattern_type: AnyType | None = None
    is_acceptable_sender: QueryFlag | None = None
    is_exempt_recipient: QueryFlag | None = None
    is_trusted_sender: QueryFlag | None = None
    verify_sender: QueryFlag | None = None


class CreateAllowPolicy(BaseModel):
    """`POST /settings/allow_policies`."""

    ENDED: ClassVar = _EARLIER

    pattern: Line
    pattern_type: Settable
    is_regex: Flag
    is_acceptable_sender: Flag = Field(validation_alias=_ACCEPTABLE)
    is_exempt_recipient: Flag = Field(validation_alias=_EXEMPT)
    is_trusted_sender: Flag = Field(validation_alias=_TRUSTED)
    verify_sender: Flag
    comments: Text | None = None


class UpdateAllowPolicy(BaseModel):
    """`PATCH /settings/allow_policies/{policy_id}`."""

    ENDED: ClassVar = _EARLIER

    pattern: Line = OMITTED
    pattern_type: Settable = OMITTED
    is_regex: Flag = OMITTED
    is_acceptable_sender: Flag = omitted(_ACCEPTABLE)
    is_exempt_recipient: Flag = omitted(_EXEMPT)
    is_trusted_sender: Flag = omitted(_TRUSTED)
    verify_sender: Flag = OMITTED
    comments: Text | None = OMITTED


class PatchAllowPolicy(UpdateAllowPolicy, Named):
    """A partial update in a batch."""


class PutAllowPolicy(Named):
    """A replacement in a batch: what is not sent is off."""

    ENDED: ClassVar = _EARLIER

    pattern: Line
    pattern_type: Settable
    is_regex: Flag = False
    is_acceptable_sender: Flag = Field(default=False, validation_alias=_ACCEPTABLE)
    is_exempt_recipient: Flag = Field(default=False, validation_alias=_EXEMPT)
    is_trusted_sender: Flag = Field(default=False, validation_alias=_TRUSTED)
    verify_sender: Flag = False
    comments: Text | None = None


class BatchAllowPolicies(Batch[CreateAllowPolicy, PatchAllowPolicy, PutAllowPolicy]):
    """`POST /settings/allow_policies/batch`."""


class AllowPoliciesBatched(BatchAnswer[contract.AllowPolicy]):
    """What `POST /settings/allow_policies/batch` answers with."""


def shown(row: AllowPolicy) -> contract.AllowPolicy:
    """Return an allow policy as the contract has it, under the newer names and the older ones."""
    return contract.AllowPolicy(
        id=str(row.pk),
        created_at=row.created_at,
        comments=row.comments,
        is_acceptable_sender=row.is_acceptable_sender,
        is_exempt_recipient=row.is_exempt_recipient,
        is_recipient=row.is_exempt_recipient,
        is_regex=row.is_regex,
        is_sender=row.is_trusted_sender,
        is_spoof=row.is_acceptable_sender,
        is_trusted_sender=row.is_trusted_sender,
        last_modified=row.modified_at,
        modified_at=row.modified_at,
        pattern=row.pattern,
        pattern_type=row.pattern_type,
        verify_sender=row.verify_sender,
    )


@operation(
    "email_security_list_allow_policies",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.POLICIES,
    params=AllowPolicyQuery,
    result=list[contract.AllowPolicy],
    pages=True,
)
def list_allow_policies(call: Call) -> HttpResponse:
    """List allow policies; `search` looks into patterns and comments."""
    query = cast(AllowPolicyQuery, call.params)
    found = serving.searched(serving.rows(KIND, call), query, "pattern", "comments")
    wanted: dict[str, Any] = {name: getattr(query, name) for name in (*_FLAGS, "pattern_type")}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if query.pattern is not None:
        found = found.filter(pattern__iexact=query.pattern)
    return serving.listed(serving.ordered(found, query, query.order), query, shown)


@operation(
    "email_security_create_allow_policy",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=CreateAllowPolicy,
    result=contract.AllowPolicy,
    status=201,
)
def create_allow_policy(call: Call) -> HttpResponse:
    """Exempt a sender or a recipient."""
    return serving.create(KIND, call, shown)


@operation(
    "email_security_batch_allow_policies",
    "POST",
    f"{_PATH}/batch",
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=BatchAllowPolicies,
    result=AllowPoliciesBatched,
)
def batch_allow_policies(call: Call) -> HttpResponse:
    """Delete, edit, replace and make allow policies: all of it or nothing."""
    return serving.changed(carry_out(KIND, call.account_id, batch(call.body)), shown)


@operation(
    "email_security_get_allow_policy", "GET", _ONE, scope=READ, right=Token.Right.POLICIES, result=contract.AllowPolicy
)
def get_allow_policy(call: Call) -> HttpResponse:
    """Give one allow policy."""
    return answer(shown(serving.one(KIND, call)))


@operation(
    "email_security_update_allow_policy",
    "PATCH",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    body=UpdateAllowPolicy,
    result=contract.AllowPolicy,
)
def update_allow_policy(call: Call) -> HttpResponse:
    """Set what is sent of one allow policy."""
    return serving.edit(KIND, call, shown)


@operation(
    "email_security_delete_allow_policy",
    "DELETE",
    _ONE,
    scope=WRITE,
    right=Token.Right.POLICIES,
    result=contract.Deleted,
)
def delete_allow_policy(call: Call) -> HttpResponse:
    """Delete an allow policy."""
    return serving.delete(KIND, call)

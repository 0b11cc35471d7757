"""Who has seen messages: an operation of this gateway's own, since the vendor's API does not tell it."""

from typing import cast

from django.http import HttpResponse

from api_client import models as contract
from gateway.api import lookup
from gateway.api.answers import answer
from gateway.api.registry import Call, operation
from gateway.delivery.seen import SeenCopy, seen_copies
from gateway.models import Token


@operation(
    "gatehouse_marks",
    "POST",
    "/gatehouse/marks",
    scope=Token.Scope.READ,
    right=Token.Right.SEARCH,
    body=contract.MarksRequest,
    result=list[contract.MessageMarks],
)
def message_marks(call: Call) -> HttpResponse:
    """Return for up to 100 messages where each recipient's copy lies, and whether it was read, answered, forwarded.

    An extension. What a mailbox does not tell is `unknown` with the reason. Answers and forwards are also found in sent
    mail, and forwards tell to whom.
    """
    rows = lookup.many(call, cast(contract.MarksRequest, call.body).ids, "/ids")
    found = seen_copies(rows)
    return answer(
        [contract.MessageMarks(id=row.investigate_id, copies=[_copy(one) for one in found[row.pk]]) for row in rows]
    )


def _copy(seen: SeenCopy) -> contract.CopyMarks:
    state = "found" if seen.place is not None else "unknown" if seen.reason else "not_in_mailbox"
    return contract.CopyMarks(
        recipient=seen.recipient,
        state=state,
        marks=sorted(seen.marks) if seen.place is not None or seen.marks else None,
        folder=seen.place.folder if seen.place is not None else None,
        reason=seen.reason or None,
        forwarded_to=list(seen.sent.forwarded_to),
        sent_unknown=seen.sent.reason or None,
    )

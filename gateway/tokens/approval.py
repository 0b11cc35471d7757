"""Which writes of tokens need a second person: those of GATEHOUSE_APPROVALS, as for people.

GATEWAY_API_APPROVALS says whether they are refused, wait for a person, or pass.

The console asks a second person before it calls the API, so its own token is exempt. What a token did within
GATEHOUSE_APPROVAL_WINDOW_HOURS adds up, so that a large write does not pass as several small ones.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from api_client.models import MailboxDestination
from gateway.models import CountedWrite, Token

DATABASE = "gateway"
PURGE = "purge"
OFF, WAIT = "off", "wait"
_PURGES = MailboxDestination.RECOVERABLE_ITEMS_PURGES


class NeedsApproval(Exception):
    """A second person has to approve this. `rule` says which rule it is, the text what to do as well."""

    def __init__(self, rule: str) -> None:
        super().__init__(
            f"{rule}. Start a job in the console, where somebody else approves it, or have the operator exempt this "
            "token (docs/operations.md)"
        )
        self.rule = rule


def may_wait() -> bool:
    """Return whether what needs a second person waits for one, instead of being refused."""
    return bool(settings.GATEWAY_API_APPROVALS == WAIT)


def is_purge(destination: str) -> bool:
    """Return whether a move to this folder is a purge."""
    return destination == _PURGES


def rules_for(token: Token, action: str, destination: str = "") -> dict[str, int]:
    """Return the rules that a write of this token is under: each kind with the least number that needs approval.

    `action` is move, release or reclassify. A purge counts as a move, too.
    """
    if token.is_console or not token.needs_approval or settings.GATEWAY_API_APPROVALS == OFF:
        return {}
    rules: dict[str, int] = settings.GATEHOUSE_APPROVALS
    kinds = {action, PURGE} if action == "move" and is_purge(destination) else {action}
    return {kind: rules[kind] for kind in sorted(kinds & rules.keys())}


def count_write(token: Token, action: str, messages: int, *, destination: str = "") -> None:
    """Count a write that is about to happen. Raise NeedsApproval if its size, or the sum, needs a second person.

    It is counted before it happens: if the process dies in between, it counts all the same. The token's row is locked
    until the transaction ends, so that writes at the same time see each other.
    """
    rules = rules_for(token, action, destination)
    if not rules or not messages:
        return
    refuse_size(rules, messages)
    now = timezone.now()
    hours = settings.GATEHOUSE_APPROVAL_WINDOW_HOURS
    if not hours:
        return
    with transaction.atomic(using=DATABASE):
        Token.objects.using(DATABASE).select_for_update().get(pk=token.pk)
        mine = CountedWrite.objects.using(DATABASE).filter(token=token)
        mine.filter(at__lte=now - timedelta(hours=hours)).delete()
        for kind, least in rules.items():
            done = mine.filter(kind=kind).aggregate(total=Sum("messages"))["total"] or 0
            if done + messages >= least:
                raise NeedsApproval(
                    _rule(kind, least, f"with {done} of the last {hours} hours, this is {done + messages}")
                )
        CountedWrite.objects.using(DATABASE).bulk_create(
            CountedWrite(token=token, kind=kind, messages=messages, at=now) for kind in rules
        )


def refuse_size(rules: dict[str, int], messages: int) -> None:
    """Raise NeedsApproval if so many messages alone need a second person under one of the rules."""
    for kind, least in rules.items():
        if messages >= least:
            raise NeedsApproval(_rule(kind, least, f"this is {messages}"))


def _rule(kind: str, least: int, this: str) -> str:
    return f"A {kind} of {least} or more messages needs a second person (GATEHOUSE_APPROVALS), and {this}"

"""Lookup of the messages that a request names, with their detail and action log."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from gateway.api.problems import not_found
from gateway.api.registry import Call
from gateway.models import ActionLog, Message
from gateway.store.message_detail import Detail

DATABASE = "gateway"
# SQLite takes at most 32,766 parameters in a statement, older builds 999.
_AT_ONCE = 400


def one(call: Call, *, submission: bool = False) -> Message:
    """Return the message of the path, by investigate id or postfix id.

    :raises Problem: 404 if there is no such message.
    """
    name = call.path["investigate_id"]
    found = (
        Message.objects.using(DATABASE)
        .filter(Q(investigate_id=name) | Q(postfix_id=name), account_id=call.account_id)
        .filter(is_phish_submission=submission)
        .first()
        if _could_be_an_id(name)
        else None
    )
    if found is None:
        raise not_found("message")
    return found


def many(call: Call, names: Sequence[str], pointer: str) -> list[Message]:
    """Return the messages of `names` in the order of the names, without duplicates.

    :raises Problem: 404 with a pointer to the first name that is not the id of a message.
    """
    found: dict[str, Message] = {}
    wanted = [name for name in dict.fromkeys(names) if _could_be_an_id(name)]
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for row in Message.objects.using(DATABASE).filter(
            Q(investigate_id__in=part) | Q(postfix_id__in=part), account_id=call.account_id
        ):
            found[row.investigate_id] = found[row.postfix_id] = row
    for index, name in enumerate(names):
        if name not in found:
            raise not_found("message", f"{pointer}/{index}")
    return list({found[name].pk: found[name] for name in names}.values())


def _could_be_an_id(name: str) -> bool:
    return name.isascii() and name.isprintable()


def detail(message: Message) -> Detail:
    """Return the stored detail of `message`."""
    return Detail.unpacked(message.detail.payload)


def logs(messages: Iterable[Message]) -> dict[int, list[ActionLog]]:
    """Return the action log, oldest entry first, of those messages that have one, by message key."""
    acted_on = [message.pk for message in messages if message.operation_bits or message.delivery_bits & 128]
    found: dict[int, list[ActionLog]] = {}
    for entry in ActionLog.objects.using(DATABASE).filter(message_id__in=acted_on).order_by("pk"):
        found.setdefault(entry.message_id, []).append(entry)
    return found

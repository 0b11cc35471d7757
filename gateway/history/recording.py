"""Keeps the history of senders, in the transaction that stores the message, so that both are kept or none.

Rows are changed in the order of their keys, so that two messages never wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least

from gateway.detect.context import Context, Envelope
from gateway.detect.evidence import Evidence
from gateway.history.kept import (
    CLEAN,
    THREATS,
    UNWANTED,
    Sender,
    domain_key,
    outside_recipients,
    own_recipients,
    sender_of,
)
from gateway.mail.message import AuthResult, ParsedMessage
from gateway.models import Correspondence, Message, NameHistory, RecipientHour, SenderHistory

DATABASE: Final = "gateway"
_COUNTED: Final = {"judged_clean": CLEAN, "unwanted": UNWANTED, "threats": THREATS}


def record_message(message: Message, evidence: Evidence) -> None:
    """Add a message that is being stored to the history, in the caller's transaction."""
    sender, moment = sender_of(evidence), message.scanned_at
    recipients = own_recipients(evidence)
    _record_hours(message.account_id, recipients, moment)
    if not sender.address:
        return
    is_clean = message.final_disposition in CLEAN
    if sender.is_own:
        if is_clean:
            _record_sent(message.account_id, sender.address, outside_recipients(evidence), moment)
    elif evidence.context.is_own(evidence.from_domain):
        # Whoever only claims to be one of the organisation's people is none of its correspondents.
        return
    else:
        _record_sender(message, sender)
        if is_clean and sender.is_proven:
            _record_received(message.account_id, sender, recipients, moment)
    if is_clean and sender.is_proven and sender.name:
        _record_name(message.account_id, sender, moment)


def record_new_verdict(message: Message, before: str, results: Sequence[AuthResult]) -> None:
    """Count a stored message by its new verdict instead of the one before, in the caller's transaction.

    `results` are the authentication results that it was judged by.
    """
    parsed = ParsedMessage(from_address=message.from_address, authentication_results=tuple(results))
    sender = sender_of(Evidence(parsed, Envelope(), Context()))
    if not sender.address or not sender.is_proven:
        return
    for name, dispositions in _COUNTED.items():
        change = (message.final_disposition in dispositions) - (before in dispositions)
        if change:
            rows = _rows_of(message.account_id, sender)
            if change < 0:
                rows = rows.filter(**{f"{name}__gt": 0})
            rows.update(**{name: F(name) + change})


def _record_sender(message: Message, sender: Sender) -> None:
    moment, disposition = message.scanned_at, message.final_disposition
    _make(
        SenderHistory(account_id=message.account_id, kind=kind, key=key, first_seen=moment, last_seen=moment)
        for kind, key in _keys(sender)
    )
    changes: dict[str, Any] = {"messages": F("messages") + 1} | _times(moment)
    if sender.is_proven:
        changes |= {name: F(name) + 1 for name, dispositions in _COUNTED.items() if disposition in dispositions}
        if disposition in CLEAN:
            changes["proven_first"] = Least(Coalesce(F("proven_first"), moment), moment)
    _change(_rows_of(message.account_id, sender), changes)


def _record_name(account_id: str, sender: Sender, moment: datetime) -> None:
    row = NameHistory(
        account_id=account_id, name=sender.name, address=sender.address, first_seen=moment, last_seen=moment
    )
    _make([row])
    mine = NameHistory.objects.using(DATABASE).filter(account_id=account_id, name=sender.name, address=sender.address)
    _change(mine, {"judged_clean": F("judged_clean") + 1} | _times(moment))


def _record_received(account_id: str, sender: Sender, recipients: Sequence[str], moment: datetime) -> None:
    pairs = [(sender.address, own) for own in recipients]
    rows = _correspondence(account_id, pairs, moment)
    _change(rows, {"received": F("received") + 1} | _times(moment))


def _record_sent(account_id: str, own: str, others: Sequence[str], moment: datetime) -> None:
    rows = _correspondence(account_id, [(other, own) for other in others], moment)
    year, number, _day = moment.isocalendar()
    week = year * 100 + number
    _change(rows.filter(last_week__lt=week), {"weeks": F("weeks") + 1, "last_week": week})
    times = {
        "first_sent": Least(Coalesce(F("first_sent"), moment), moment),
        "last_sent": Greatest(Coalesce(F("last_sent"), moment), moment),
    }
    _change(rows, {"sent": F("sent") + 1} | times | _times(moment))


def _record_hours(account_id: str, recipients: Sequence[str], moment: datetime) -> None:
    hour = int(moment.timestamp()) // 3600
    _make(RecipientHour(account_id=account_id, recipient=recipient, hour=hour) for recipient in recipients)
    rows = RecipientHour.objects.using(DATABASE).filter(account_id=account_id, hour=hour, recipient__in=recipients)
    _change(rows, {"messages": F("messages") + 1})


def _correspondence(account_id: str, pairs: Sequence[tuple[str, str]], moment: datetime) -> "QuerySet[Correspondence]":
    _make(
        Correspondence(
            account_id=account_id,
            other=other,
            own=own,
            other_domain=domain_key(other),
            first_seen=moment,
            last_seen=moment,
        )
        for other, own in pairs
    )
    others, owns = {other for other, _own in pairs}, {own for _other, own in pairs}
    return Correspondence.objects.using(DATABASE).filter(account_id=account_id, other__in=others, own__in=owns)


def _keys(sender: Sender) -> list[tuple[str, str]]:
    keys = [(SenderHistory.Kind.ADDRESS.value, sender.address), (SenderHistory.Kind.DOMAIN.value, sender.domain)]
    return [(kind, key) for kind, key in keys if key]


def _rows_of(account_id: str, sender: Sender) -> "QuerySet[SenderHistory]":
    rows = SenderHistory.objects.using(DATABASE).filter(account_id=account_id)
    found = rows.none()
    for kind, key in _keys(sender):
        found |= rows.filter(kind=kind, key=key)
    return found


def _times(moment: datetime) -> dict[str, Any]:
    return {"first_seen": Least(F("first_seen"), moment), "last_seen": Greatest(F("last_seen"), moment)}


def _make(rows: Any) -> None:
    made: list[Model] = list(rows)
    if made:
        type(made[0])._default_manager.using(DATABASE).bulk_create(made, ignore_conflicts=True)


def _change(rows: "QuerySet[Any]", changes: dict[str, Any]) -> None:
    keys = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    if keys:
        rows.model._default_manager.using(DATABASE).filter(pk__in=keys).update(**changes)

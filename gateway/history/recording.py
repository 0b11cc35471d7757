"""Keeps the history of senders, in the transaction that stores the message, so that both are kept or none.

Each change is one statement that adds a row or counts in the one that is there. They come in the order of their keys,
so that two messages never wait for each other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connections
from django.db.models import F, QuerySet

from gateway.detect.context import Context, Envelope
from gateway.detect.evidence import Evidence
from gateway.history.changes import COUNTED, Changes, keys_of
from gateway.history.kept import Sender, sender_of
from gateway.mail.message import AuthResult, ParsedMessage
from gateway.models import Correspondence, Message, NameHistory, RecipientHour, SenderHistory

DATABASE: Final = "gateway"


def record(changes: Changes) -> None:
    """Write changes, each of whose lists is in the order of its keys, in the caller's transaction."""
    when = connections[DATABASE].ops.adapt_datetimefield_value

    def text(moment: datetime | None) -> Any:
        return None if moment is None else when(moment)

    _write(
        RecipientHour,
        {"account_id": "", "recipient": "", "hour": "", "messages": "{old} + 1"},
        ((one.account_id, one.recipient, one.hour, 1) for one in changes.hours),
    )
    _write(
        SenderHistory,
        {
            "account_id": "",
            "kind": "",
            "key": "",
            **_TIMES,
            "proven_first": "{least}(COALESCE({old}, {new}), COALESCE({new}, {old}))",
            **dict.fromkeys(("messages", *COUNTED), _ADDED),
        },
        (
            (
                *(one.account_id, one.kind, one.key, text(one.moment), text(one.moment), text(one.proven_first)),
                *(1, one.judged_clean, one.unwanted, one.threats),
            )
            for one in changes.senders
        ),
    )
    _write(
        Correspondence,
        {
            "account_id": "",
            "other": "",
            "own": "",
            "other_domain": None,
            **_TIMES,
            "received": _ADDED,
            "sent": _ADDED,
            "first_sent": "{least}(COALESCE({old}, {new}), COALESCE({new}, {old}))",
            "last_sent": "{greatest}(COALESCE({old}, {new}), COALESCE({new}, {old}))",
            "weeks": "{old} + CASE WHEN EXCLUDED.last_week > {table}.last_week THEN 1 ELSE 0 END",
            "last_week": "{greatest}({old}, {new})",
        },
        (
            (
                *(one.account_id, one.other, one.own, one.other_domain, text(one.moment), text(one.moment)),
                *(1 - one.sent, one.sent),
                *2 * (text(one.moment if one.sent else None),),
                *(one.sent, one.week),
            )
            for one in changes.letters
        ),
    )
    _write(
        NameHistory,
        {"account_id": "", "name": "", "address": "", **_TIMES, "judged_clean": _ADDED},
        ((one.account_id, one.name, one.address, text(one.moment), text(one.moment), 1) for one in changes.names),
    )


_ADDED: Final = "{old} + {new}"
_TIMES: Final = {"first_seen": "{least}({old}, {new})", "last_seen": "{greatest}({old}, {new})"}


def _write(model: type[Any], columns: dict[str, str | None], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, or change those that have their key. `columns` are in the order of a row's values.

    The text of a column says how it changes: empty for a part of the key, None for what stays. `{old}` is the value
    that is there, `{new}` the row's.
    """
    values = list(rows)
    if not values:
        return
    connection = connections[DATABASE]
    is_sqlite = connection.vendor == "sqlite"
    table = model._meta.db_table
    quoted = {name: connection.ops.quote_name(name) for name in columns}
    changed = ", ".join(
        f"{quoted[name]} = "
        + how.format(
            old=f"{table}.{quoted[name]}",
            new=f"EXCLUDED.{quoted[name]}",
            table=table,
            least="MIN" if is_sqlite else "LEAST",
            greatest="MAX" if is_sqlite else "GREATEST",
        )
        for name, how in columns.items()
        if how
    )
    key = ", ".join(quoted[name] for name, how in columns.items() if how == "")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(quoted.values())}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - names of our own
            f" ON CONFLICT ({key}) DO UPDATE SET {changed}",
            values,
        )


def record_new_verdict(message: Message, before: str, results: Sequence[AuthResult]) -> None:
    """Count a stored message by its new verdict instead of the one before, in the caller's transaction.

    `results` are the authentication results that it was judged by.
    """
    parsed = ParsedMessage(from_address=message.from_address, authentication_results=tuple(results))
    sender = sender_of(Evidence(parsed, Envelope(), Context()))
    if not sender.address or not sender.is_proven:
        return
    for name, dispositions in COUNTED.items():
        change = (message.final_disposition in dispositions) - (before in dispositions)
        if change:
            rows = _rows_of(message.account_id, sender)
            if change < 0:
                rows = rows.filter(**{f"{name}__gt": 0})
            rows.update(**{name: F(name) + change})


def _rows_of(account_id: str, sender: Sender) -> "QuerySet[SenderHistory]":
    rows = SenderHistory.objects.using(DATABASE).filter(account_id=account_id)
    found = rows.none()
    for kind, key in keys_of(sender):
        found |= rows.filter(kind=kind, key=key)
    return found

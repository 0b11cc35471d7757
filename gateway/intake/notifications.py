"""Parameters that ask for delivery status notifications (RFC 3461): RET and ENVID of MAIL, NOTIFY and ORCPT of RCPT."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.mail.notification_request import DsnRequest, RecipientRequest

_XTEXT: Final = r"(?:[!-*,-<>-~]|\+[0-9A-Fa-f]{2})"
_MAIL: Final = {
    "RET": re.compile(r"FULL|HDRS", re.IGNORECASE),
    "ENVID": re.compile(_XTEXT + r"{1,100}"),
}
_RCPT: Final = {
    "NOTIFY": re.compile(r"NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2}", re.IGNORECASE),
    "ORCPT": re.compile(r"[A-Za-z0-9-]{1,40};[^\s\x00-\x1f\x7f]{1,500}"),
}


def take_out(parameters: str, *, of_sender: bool) -> tuple[str, tuple[str, ...]]:
    """Return the parameters of a command without those of notifications, and these.

    What is not as RFC 3461 has it, or stands twice, is left among the others, which refuses the command.
    """
    known = _MAIL if of_sender else _RCPT
    kept, taken = [], {}
    for one in parameters.split():
        name, _, value = one.partition("=")
        form = known.get(name.upper())
        if form is None or name.upper() in taken or not form.fullmatch(value):
            kept.append(one)
        else:
            taken[name.upper()] = f"{name.upper()}={value}"
    return " ".join(kept), tuple(taken.values())


def request_of(message: Iterable[str], recipients: Mapping[str, Iterable[str]]) -> DsnRequest:
    """Return what a transaction asked for, from what `take_out` returned of MAIL, and of RCPT for each address."""
    asked = _values(message)
    by_address = {address: _values(taken) for address, taken in recipients.items() if taken}
    return DsnRequest(
        asked.get("RET", "").upper(),
        asked.get("ENVID", ""),
        {
            address: RecipientRequest(values.get("NOTIFY", "").upper(), values.get("ORCPT", ""))
            for address, values in by_address.items()
        },
    )


def _values(taken: Iterable[str]) -> dict[str, str]:
    return {name: value for name, _, value in (one.partition("=") for one in taken)}

"""What the sender of a message asks to be told of it (RFC 3461): RET, ENVID, and each recipient's NOTIFY and ORCPT.

Values are as the sender wrote them, but for capitals: what goes on to the next server is the sender's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

FAILURE: Final = "FAILURE"
DELAY: Final = "DELAY"
SUCCESS: Final = "SUCCESS"
NEVER: Final = "NEVER"
_XTEXT: Final = re.compile(r"\+([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class RecipientRequest:
    """`notify` is NEVER, or one or several of SUCCESS, FAILURE, DELAY with commas; "" says that it was not given.

    `orcpt` is the recipient as the sender first named it: `type;xtext`, or "".
    """

    notify: str = ""
    orcpt: str = ""

    def wants(self, condition: str) -> bool:
        """Return whether the sender wants to hear of the condition. Who says nothing hears of failures."""
        return condition in (self.notify or FAILURE).split(",")

    @property
    def parameters(self) -> str:
        """The parameters of RCPT that pass it on, with a blank before each. What is not ASCII stays here."""
        return _parameters(NOTIFY=self.notify, ORCPT=self.orcpt)


_NOTHING: Final = RecipientRequest()


@dataclass(frozen=True, slots=True)
class DsnRequest:
    """`ret` is FULL, HDRS or "", `envid` its sender's name for it in xtext, `recipients` are by address."""

    ret: str = ""
    envid: str = ""
    recipients: Mapping[str, RecipientRequest] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ret or self.envid or any(one != _NOTHING for one in self.recipients.values()))

    def of(self, recipient: str) -> RecipientRequest:
        """Return what was asked for a recipient."""
        return self.recipients.get(recipient, _NOTHING)

    @property
    def parameters(self) -> str:
        """The parameters of MAIL that pass it on, with a blank before each."""
        return _parameters(RET=self.ret, ENVID=self.envid)


NOTHING_ASKED: Final = DsnRequest()


def decoded(xtext: str) -> str:
    """Return what an xtext (RFC 3461 4) says: any characters, control characters too."""
    return _XTEXT.sub(lambda match: chr(int(match[1], 16)), xtext)


def _parameters(**values: str) -> str:
    return "".join(f" {name}={value}" for name, value in values.items() if value and value.isascii())

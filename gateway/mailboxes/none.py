"""The mailboxes of a domain that the gateway only hands mail on to."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.mailboxes.protocol import MailCopy, NotSupported, Place


@dataclass(frozen=True, slots=True)
class NoMailboxes:
    """Mailboxes that can't be reached, and why: every question is answered with NotSupported."""

    reason: str

    def find(self, copy: MailCopy) -> Place | None:  # noqa: ARG002 - the protocol's
        """Raise NotSupported."""
        raise NotSupported(self.reason)

    def sent_about(self, copy: MailCopy) -> list[bytes]:  # noqa: ARG002 - the protocol's
        """Raise NotSupported."""
        raise NotSupported(self.reason)

    def move(self, copy: MailCopy, folder: str) -> Place | None:  # noqa: ARG002 - the protocol's
        """Raise NotSupported."""
        raise NotSupported(self.reason)

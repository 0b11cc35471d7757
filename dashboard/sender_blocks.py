"""Registry of the service that blocks a sender. The app that manages policies registers its own; others call it here.

So what an automation blocks is a change like a person's: in the policies' history, and with whoever blocked as owner.
"""

from __future__ import annotations

from typing import Protocol

from api_client import Client
from dashboard.audit.actor import Actor


class SenderBlock(Protocol):
    """Block a sender's address, once however often it is called. Raise ApiError if the API can't be asked."""

    def __call__(self, *, actor: Actor, sender: str, comments: str, why: str, client: Client) -> None:
        """Block the sender."""


_registered: list[SenderBlock] = []


def register_sender_block(block: SenderBlock) -> None:
    """Register the service. The last one counts."""
    _registered[:] = [block]


def sender_block(*, actor: Actor, sender: str, comments: str, why: str, client: Client) -> None:
    """Block a sender with the registered service. Raise ApiError if the API can't be asked."""
    _registered[0](actor=actor, sender=sender, comments=comments, why=why, client=client)

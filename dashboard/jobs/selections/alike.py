"""Narrows what a search finds to copies of one mail, since no search filter of the API names a mail's text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from api_client.models import Message


@dataclass(frozen=True, slots=True)
class Alike:
    """What the copies of one mail have in common. An empty part is not compared.

    Where the API serves a hash of the text, that decides. Else subject and the sender's domain have to be the same.
    """

    text_hash: str = ""
    subject: str = ""
    sender_domain: str = ""

    @classmethod
    def of(cls, message: Message) -> Alike:
        """Return what the copies of this message have in common."""
        if message.edf_hash:
            return cls(text_hash=message.edf_hash)
        return cls(subject=(message.subject or "").strip(), sender_domain=_domain(message))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Alike:
        """Return what `to_json` encoded."""
        return cls(**{name: str(kept[name]) for name in cls.__slots__ if name in kept})

    def to_json(self) -> dict[str, str]:
        """Return the parts that are compared."""
        return {name: value for name, value in asdict(self).items() if value}

    def is_copy(self, message: Message) -> bool:
        """Return whether the message is a copy. Everything is, if nothing is compared."""
        if self.text_hash:
            return message.edf_hash == self.text_hash
        return (not self.subject or (message.subject or "").strip() == self.subject) and (
            not self.sender_domain or _domain(message) == self.sender_domain
        )


def _domain(message: Message) -> str:
    return (message.from_ or message.envelope_from or "").rpartition("@")[2].lower()

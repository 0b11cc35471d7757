"""A message as pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api_client.models import Message
from dashboard.mail_text import domain_of
from dashboard.verdicts import Verdict, verdict_of
from investigate.display.delivery_state import HELD, State, state_of


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message of the API with what pages say of it; its text comes from mail, so templates escape and reveal it."""

    data: Message

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def submission(self) -> bool | None:
        """What the API has to be told to find it: it is a person's report, which lies apart from the mail."""
        return self.data.is_phish_submission or None

    @property
    def verdict(self) -> Verdict:
        """What it was judged to be."""
        return verdict_of(self.data.final_disposition)

    @property
    def state(self) -> State:
        """Where it is."""
        return state_of(self.data)

    @property
    def is_held(self) -> bool:
        """It lies in quarantine, so it can be released and can't be moved."""
        return self.state == HELD

    @property
    def subject(self) -> str:
        return self.data.subject or ""

    @property
    def received_at(self) -> datetime | None:
        return self.data.scanned_at or self.data.sent_at

    @property
    def sender(self) -> str:
        """The address that the reader sees; the envelope's where the header has none."""
        return self.data.from_ or self.data.envelope_from or ""

    @property
    def sender_name(self) -> str:
        """The name that the reader sees, unless it only repeats the address."""
        name = (self.data.from_name or "").strip()
        return "" if name.lower() == self.sender.lower() else name

    @property
    def sender_domain(self) -> str:
        return domain_of(self.sender)

    @property
    def envelope_differs(self) -> bool:
        """The envelope names another sender than the one that the reader sees."""
        envelope = (self.data.envelope_from or "").lower()
        return bool(envelope) and envelope != self.sender.lower()

    @property
    def envelope_is_elsewhere(self) -> bool:
        """The envelope's sender is of another domain: bounce addresses of the same house are nothing odd."""
        ours, theirs = self.sender_domain, domain_of(self.data.envelope_from or "")
        return bool(theirs) and not _are_related(ours, theirs)

    @property
    def reply_to_differs(self) -> bool:
        """Answers would go to another address than the one that the reader sees."""
        reply = (self.data.replyto or "").strip().lower()
        return bool(reply) and self.sender.lower() not in reply

    @property
    def recipients(self) -> list[str]:
        """Whom it was for: the envelope's recipients, else those of the header."""
        data = self.data
        return list(dict.fromkeys(data.client_recipients or data.envelope_to or data.to or []))

    @property
    def first_recipient(self) -> str:
        return next(iter(self.recipients), "")

    @property
    def more_recipients(self) -> int:
        return max(0, len(self.recipients) - 1)

    @property
    def reasons(self) -> list[str]:
        """Why it was judged so, each once."""
        return list(dict.fromkeys(reason for reason in self.data.detection_reasons if reason.strip()))

    @property
    def policies(self) -> list[str]:
        """How allow and block entries bore on it, a sentence each."""
        return list(_policies(self.data))

    @property
    def ips(self) -> list[tuple[str, str]]:
        """(what it is, address) of each IP address that the API tells."""
        data = self.data
        known = [
            ("Server that said hello", data.smtp_helo_server_ip),
            ("Previous hop", data.smtp_previous_hop_ip),
            ("Originating", data.x_originating_ip),
        ]
        return [(name, ip) for name, ip in known if ip]

    @property
    def last_ip(self) -> str:
        """The address of whoever handed it over, as far as the API tells."""
        data = self.data
        return data.smtp_previous_hop_ip or data.smtp_helo_server_ip or data.x_originating_ip or ""


def _are_related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _policies(message: Message) -> Iterator[str]:
    properties = message.properties
    if properties.blocklisted_message or properties.blocklisted_pattern:
        yield f"A blocked sender matched: {properties.blocklisted_pattern or 'the entry is not named'}."
    if properties.allowlisted_pattern:
        kind = (properties.allowlisted_pattern_type or "").replace("_", " ")
        yield f"An allow entry matched: {properties.allowlisted_pattern}{f' ({kind})' if kind else ''}."

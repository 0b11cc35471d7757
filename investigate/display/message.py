"""Display of messages: the values that pages show of a message from the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api_client.models import Message
from dashboard.mail_text import domain_of
from dashboard.verdicts import Verdict, verdict_of
from investigate.display.delivery_state import HELD, State, state_of


@dataclass(frozen=True, slots=True)
class DisplayedMessage:
    """A message of the API with the values that pages show. Its texts come from mail and are not trusted.

    Templates escape the texts and make invisible characters visible (`reveal`).
    """

    data: Message

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def submission(self) -> bool | None:
        """Return the API's parameter `submission`: True for a user report, which the API keeps apart, else None."""
        return self.data.is_phish_submission or None

    @property
    def verdict(self) -> Verdict:
        """Return the display of the final disposition."""
        return verdict_of(self.data.final_disposition)

    @property
    def state(self) -> State:
        """Return the delivery state."""
        return state_of(self.data)

    @property
    def is_held(self) -> bool:
        """Return whether the message is in quarantine, so that it can be released and can't be moved."""
        return self.state == HELD

    @property
    def subject(self) -> str:
        return self.data.subject or ""

    @property
    def received_at(self) -> datetime | None:
        return self.data.scanned_at or self.data.sent_at

    @property
    def sender(self) -> str:
        """Return the address of header From, or the envelope sender if header From has no address."""
        return self.data.from_ or self.data.envelope_from or ""

    @property
    def sender_name(self) -> str:
        """Return the display name of header From, or an empty string if it only repeats the address."""
        name = (self.data.from_name or "").strip()
        return "" if name.lower() == self.sender.lower() else name

    @property
    def sender_domain(self) -> str:
        return domain_of(self.sender)

    @property
    def envelope_differs(self) -> bool:
        """Return whether the envelope sender differs from the shown sender."""
        envelope = (self.data.envelope_from or "").lower()
        return bool(envelope) and envelope != self.sender.lower()

    @property
    def envelope_is_elsewhere(self) -> bool:
        """Return whether the envelope sender is in another domain. Subdomains, usual for bounces, are not another."""
        ours, theirs = self.sender_domain, domain_of(self.data.envelope_from or "")
        return bool(theirs) and not _are_related(ours, theirs)

    @property
    def reply_to_differs(self) -> bool:
        """Return whether replies would go to another address than the shown sender."""
        reply = (self.data.replyto or "").strip().lower()
        return bool(reply) and self.sender.lower() not in reply

    @property
    def recipients(self) -> list[str]:
        """Return the envelope recipients, or those of header To if there are none, each once."""
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
        """Return the reasons of the verdict, each once."""
        return list(dict.fromkeys(reason for reason in self.data.detection_reasons if reason.strip()))

    @property
    def policies(self) -> list[str]:
        """Return the allow and block entries that matched, one sentence each."""
        return list(_policies(self.data))

    @property
    def ips(self) -> list[tuple[str, str]]:
        """Return (label, address) of each IP address that the API provides."""
        data = self.data
        known = [
            ("Server that said hello", data.smtp_helo_server_ip),
            ("Previous hop", data.smtp_previous_hop_ip),
            ("Originating", data.x_originating_ip),
        ]
        return [(name, ip) for name, ip in known if ip]

    @property
    def last_ip(self) -> str:
        """Return the IP address of the last server that handed over the message, if the API provides one."""
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

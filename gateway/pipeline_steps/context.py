"""What is known of one message while it passes the steps of the pipeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.detect import Context, Envelope, Verdict
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import NONE
from gateway.history.stored import STORED, StoredHistory
from gateway.learning.opinion import Learnt
from gateway.mail.message import AuthResult, ParsedMessage
from gateway.mail.notification_request import NOTHING_ASKED, DsnRequest
from gateway.models import Delivery, Message, RawMail
from gateway.policies.allow_policies import Exemption
from gateway.policies.compiled_policy import Policy
from gateway.policies.outcome import Outcome
from gateway.policies.trusted_domains import TrustedDomains
from gateway.submissions.reported_messages import Reported

EnvelopeSource = Envelope | Callable[[ParsedMessage], Envelope]
"""The SMTP envelope, or a function that reconstructs it from the parsed message."""

_NO_MESSAGE = ParsedMessage()
_NO_ENVELOPE = Envelope()
_NO_EVIDENCE = Evidence(_NO_MESSAGE, _NO_ENVELOPE, Context())


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What is known of one message. The caller gives the first block; each step adds to the others.

    `with_patience` gives the parser more time. `keep_date` asks for the time of the newest Received field as the time
    of scanning. `arrives_now` says that SMTP hands the message over at this moment. `recorded` are the authentication
    results that were found when a stored message arrived, at `arrived_at`; None for one that was not kept. `asks_dns`
    is False if no name server may be asked. `unanswered` says what could not be asked although it would decide,
    `not_checked` why nothing was asked. `delivery_mode` is the API's: what came as BCC or JOURNAL was delivered by
    others, and is neither held nor delivered. `defect` is what was wrong about how the message came. `asked` is what
    its sender wants to be told. `history` is asked about the sender; `earlier` are the messages before this one that
    are going to be stored together with it, by the index's word for their Message-ID. `has_feeds` is False
    if it is known that no feed is active.
    `message_to_judge` is the message without ignored links. `is_final` says that a blocked sender decided,
    so that no allow policy applies, `is_exempt` that an allow policy exempts the sender from every disposition.
    `policy_notes` are trace lines that are not part of the verdict yet. `exempt` maps a recipient to its exemption.
    `reported` is what the message reports, and what of it can't be used, if it was sent as a user's report. `created`
    is False if an import found the message stored already; `stored` is that message then.
    """

    raw: bytes
    account_id: str
    envelope_source: EnvelopeSource = _NO_ENVELOPE
    trusted_authserv_ids: frozenset[str] = frozenset()
    scanned_at: datetime | None = None
    import_key: str | None = None
    keep_date: bool = False
    with_patience: bool = False
    recorded: tuple[AuthResult, ...] | None = None
    arrived_at: datetime | None = None
    asks_dns: bool = True
    arrives_now: bool = False
    delivery_mode: str = "DIRECT"
    defect: str = ""
    asked: DsnRequest = NOTHING_ASKED
    history: StoredHistory = STORED
    earlier: Mapping[str, Sequence[Message]] = field(default_factory=dict)
    has_feeds: bool = True

    parsed: ParsedMessage = _NO_MESSAGE
    envelope: Envelope = _NO_ENVELOPE
    unanswered: tuple[str, ...] = ()
    not_checked: str = ""

    policy: Policy = field(default_factory=Policy)
    learnt: Learnt | None = None
    message_to_judge: ParsedMessage = _NO_MESSAGE
    trust: TrustedDomains = field(default_factory=TrustedDomains)
    evidence: Evidence = _NO_EVIDENCE
    verdict: Verdict = field(default_factory=lambda: Verdict(NONE))
    properties: Mapping[str, Any] = field(default_factory=dict)
    policy_notes: tuple[str, ...] = ()
    is_final: bool = False
    is_exempt: bool = False
    exempt: Mapping[str, Exemption] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    reported: tuple[Reported, ...] = ()
    raw_row: RawMail | None = None
    stored: Message | None = None
    copies: tuple[Delivery, ...] = ()
    created: bool = True

    @property
    def is_delivered_elsewhere(self) -> bool:
        """Whether others have delivered this message, and this is a copy of it."""
        return self.delivery_mode in {"BCC", "JOURNAL"}

    @property
    def reports_something(self) -> bool:
        """Whether this is a user's report of which something can be used."""
        return any(not one.unusable for one in self.reported)

    @property
    def outcome(self) -> Outcome:
        """The verdict, the API's `properties` of it, and the recipients whom the message is held for."""
        unread = (*self.parsed.unread, *self.unanswered)
        return Outcome(self.verdict, dict(self.properties), self.held, unread)


Step = Callable[[MessageContext], Mapping[str, Any]]
"""A step takes what is known and returns the fields that it adds or replaces. It changes nothing in place."""

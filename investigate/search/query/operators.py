"""Operators of the query language, with the values that each accepts, its meaning, an example, and its aliases."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network

from api_client.models.values import ActionOperation, DeliveryStatus, Disposition, MessageAction, ValidationResult
from investigate.annotations.tags import TagInvalid, tag_of
from investigate.search.query.link_matching import address_words
from investigate.search.query.syntax_tree import QueryError, Term
from investigate.search.query.times import parse_duration, parse_time


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an operator: its `word` in queries, the API's `value`, and further spellings in `also`."""

    word: str
    value: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator. `wrong` returns what is wrong with a value, or an empty string for a valid value."""

    name: str
    meaning: str
    example: str
    choices: tuple[Choice, ...] = ()
    wrong: Callable[[str], str] = lambda _value: ""

    def checked(self, term: Term) -> Term:
        """Return the term unchanged. Raise QueryError if the operator does not accept its value."""
        if self.choices:
            if self.choice(term.value) is None:
                words = ", ".join(choice.word for choice in self.choices)
                raise QueryError(f"“{self.name}:” takes {words}.", term.value_span)
        elif said := self.wrong(term.value):
            raise QueryError(said, term.value_span)
        return term

    def choice(self, word: str) -> Choice | None:
        """Return the choice with this word, API value or further spelling, or None if there is none."""
        folded = word.casefold()
        return next((one for one in self.choices if folded in (one.word, one.value.casefold(), *one.also)), None)


def _wrong_moment(value: str) -> str:
    return "" if parse_time(value) else "Write a day or a time, such as 2026-03-01 or 2026-03-01T14:30+01:00."


def _wrong_duration(value: str) -> str:
    return "" if parse_duration(value) else "Write a number with m, h, d or w, such as 24h or 7d."


def _wrong_address(value: str) -> str:
    return "" if "*" in value or address_words(value) else "Write a part of a link's address, such as login.php."


def _wrong_tag(value: str) -> str:
    try:
        tag_of(value)
    except TagInvalid as error:
        return str(error)
    return ""


def _wrong_network(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return "Write an IP address or a network, such as 192.0.2.7 or 192.0.2.0/24."
    return ""


DISPOSITIONS = (
    Choice("malicious", Disposition.MALICIOUS),
    Choice("bec", Disposition.MALICIOUS_BEC),
    Choice("suspicious", Disposition.SUSPICIOUS),
    Choice("spoof", Disposition.SPOOF),
    Choice("spam", Disposition.SPAM),
    Choice("bulk", Disposition.BULK),
    Choice("clean", Disposition.NONE),
)
STATUSES = (
    Choice("held", DeliveryStatus.QUARANTINED),
    Choice("delivered", DeliveryStatus.DELIVERED),
    Choice("moved", DeliveryStatus.MOVED),
    Choice("rejected", DeliveryStatus.REJECTED),
    Choice("deferred", DeliveryStatus.DEFERRED),
    Choice("bounced", DeliveryStatus.BOUNCED),
    Choice("queued", DeliveryStatus.QUEUED),
    Choice("move-failed", DeliveryStatus.MOVE_FAILED),
)
ACTIONS = (
    Choice("released", MessageAction.QUARANTINE_RELEASED),
    Choice("moved", MessageAction.MOVED),
    Choice("submitted", MessageAction.SUBMITTED),
    Choice("reclassified", MessageAction.SUBMITTED),
    Choice("previewed", MessageAction.PREVIEW),
)
# Names of each action's operation in the list rows of the API.
OPERATIONS = {
    MessageAction.QUARANTINE_RELEASED: {ActionOperation.QUARANTINE_RELEASE, ActionOperation.RELEASE},
    MessageAction.MOVED: {ActionOperation.MOVE},
    MessageAction.SUBMITTED: {ActionOperation.SUBMISSION, ActionOperation.RECLASSIFY},
    MessageAction.PREVIEW: {ActionOperation.PREVIEW},
}
RESULTS = tuple(Choice(result.value, result.value) for result in ValidationResult)
HAS = (Choice("attachment", "attachment", ("attachments",)), Choice("link", "link", ("links",)))
IS = (Choice("detected", "detected"), Choice("reported", "reported"))

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in [
        Operator("from", "The sender: an address, its domain, or a name", "from:billing@acme.example"),
        Operator("to", "A recipient: an address, its domain, or a name", "to:anna@team.example"),
        Operator("domain", "A domain in sender, recipient or link", "domain:acme-pay.example"),
        Operator("url", "A part of a link's address", "url:login.php", wrong=_wrong_address),
        Operator("subject", "A word of the subject; exact words in quotation marks", 'subject:"invoice overdue"'),
        Operator("disposition", "What it was judged to be", "disposition:malicious", DISPOSITIONS),
        Operator("status", "Where it is", "status:held", STATUSES),
        Operator("action", "What was done with it since", "action:released", ACTIONS),
        Operator("spf", "Whether the server may send for the envelope's domain", "spf:fail", RESULTS),
        Operator("dkim", "Whether its signature fits", "dkim:fail", RESULTS),
        Operator("dmarc", "Whether either speaks for the domain that is seen", "dmarc:fail", RESULTS),
        Operator("has", "What it holds", "has:attachment", HAS),
        Operator("attachment", "The name of an attachment", "attachment:*.html"),
        Operator("hash", "MD5, SHA-1 or SHA-256 of an attachment", "hash:9f86d081884c7d65"),
        Operator("ip", "An IP address or a network that it came through", "ip:192.0.2.0/24", wrong=_wrong_network),
        Operator("message-id", "The Message-ID", "message-id:123@acme.example"),
        Operator("reason", "A word of why it was judged so", "reason:look-alike"),
        Operator("category", "What kind of threat was found", "category:CredentialPhishing"),
        Operator("edf", "The hash of its text, equal for mail of one template", "edf:2c26b46b68ffc68f"),
        Operator("structure", "The hash of its HTML's structure", "structure:fcde2b2edba56bf4"),
        Operator("is", "Detected at all, or reported by a person", "is:reported", IS),
        Operator("tag", "A tag of the team, which the console tests on each row", "tag:payroll", wrong=_wrong_tag),
        Operator("before", "Received before a day or time", "before:2026-03-01", wrong=_wrong_moment),
        Operator("after", "Received from a day or time on", "after:2026-03-01T08:00", wrong=_wrong_moment),
        Operator("last", "Received within the last minutes, hours, days or weeks", "last:7d", wrong=_wrong_duration),
    ]
}
ALIASES = {
    "sender": "from",
    "recipient": "to",
    "verdict": "disposition",
    "state": "status",
    "link": "url",
    "href": "url",
    "filename": "attachment",
    "file": "attachment",
    "messageid": "message-id",
    "msgid": "message-id",
    "rfc": "message-id",
    "sha": "hash",
    "md": "hash",
    "since": "after",
    "until": "before",
    "older": "before",
    "newer": "after",
    "done": "action",
    "tagged": "tag",
    "label": "tag",
}
